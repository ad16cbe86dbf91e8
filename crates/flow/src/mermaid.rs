//! Call flows as Mermaid sequence diagrams, which GitHub, GitLab and many wikis draw.

use std::fmt::Write as _;

use sipwhy_annotator::words::{span, times};
use sipwhy_packet::clock;

use crate::collector::Flows;
use crate::model::{Flow, Host, Kind, Message, Row};
use crate::relative::relative;
use crate::wrap::wrap;

/// Columns of a line within a note.
const NOTE: usize = 48;

/// All flows as a Markdown document: a heading and a fenced block for each.
#[must_use]
pub fn document(flows: &Flows) -> String {
    let mut page = String::new();
    for flow in &flows.flows {
        let number = flow.legs.first().map_or(0, |leg| leg.number);
        // Nothing from the wire stands outside of the fences.
        let _ = writeln!(page, "## Call {number}\n\n```mermaid");
        page.push_str(&diagram(flow));
        page.push_str("```\n\n");
    }
    for sentence in flows.left_out.sentences() {
        let _ = writeln!(page, "{sentence}.\n");
    }
    page.truncate(page.trim_end().len());
    if !page.is_empty() {
        page.push('\n');
    }
    page
}

/// One flow as a diagram.
#[must_use]
pub fn diagram(flow: &Flow) -> String {
    let mut page = String::from("sequenceDiagram\n");
    let title = escaped(&flow.title());
    let _ = writeln!(page, "    accTitle: {title}");
    let _ = writeln!(page, "    title {title}");
    for (place, host) in flow.hosts.iter().enumerate() {
        let _ = writeln!(page, "    participant {} as {}", id(place), name(host));
    }
    for remark in remarks(flow) {
        note_over_all(&mut page, flow, &remark);
    }
    for row in &flow.rows {
        match row {
            Row::Message(message) => write_message(&mut page, flow, message),
            Row::Pause(pause) => note_over_all(&mut page, flow, &format!("{} later", span(*pause))),
            Row::Lost(words) => note_over_all(&mut page, flow, words),
        }
    }
    for sentence in flow.left_out.sentences() {
        note_over_all(&mut page, flow, &sentence);
    }
    page
}

/// When it was, which legs it has, and what else is to be said of the whole.
fn remarks(flow: &Flow) -> Vec<String> {
    let mut remarks = vec![format!("{}, times in UTC", clock::day(flow.began))];
    if flow.legs.len() > 1 {
        remarks.extend(flow.leg_names());
    }
    remarks.extend(flow.remarks());
    remarks
}

fn write_message(page: &mut String, flow: &Flow, message: &Message) {
    // Answers are dotted, as Mermaid's own examples draw them.
    let arrow = match message.kind {
        Kind::Request | Kind::Malformed => "->>",
        _ => "-->>",
    };
    let (from, to) = (id(message.from), id(message.to));
    let mut said = escaped(&message.title());
    let mut detail = vec![format!("frame {}", flow.frame_name(message.frame))];
    detail.push(if message.time == flow.began {
        clock::time_of_day(message.time)
    } else {
        relative(message.since(flow.began))
    });
    if flow.legs.len() > 1 {
        detail.push(format!("leg {}", message.leg + 1));
    }
    if message.again.count > 0 {
        detail.push(format!("sent again {}", times(message.again.count)));
    }
    let _ = write!(said, "<br/>{}", escaped(&detail.join(", ")));
    let _ = writeln!(page, "    {from}{arrow}{to}: {said}");
    let (left, right) = (message.from.min(message.to), message.from.max(message.to));
    for note in &message.notes {
        write_note(
            page,
            left,
            right,
            &format!("{}: {}", note.tag(), note.title),
        );
    }
}

fn note_over_all(page: &mut String, flow: &Flow, words: &str) {
    write_note(page, 0, flow.hosts.len().saturating_sub(1), words);
}

fn write_note(page: &mut String, left: usize, right: usize, words: &str) {
    let lines = wrap(words, NOTE, NOTE);
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    let over = if left == right {
        id(left)
    } else {
        format!("{},{}", id(left), id(right))
    };
    let _ = writeln!(page, "    Note over {over}: {}", lines.join("<br/>"));
}

fn id(place: usize) -> String {
    format!("h{}", place + 1)
}

fn name(host: &Host) -> String {
    let socket = escaped(&host.socket());
    match &host.name {
        Some(name) => format!("{}<br/>{socket}", escaped(name)),
        None => socket,
    }
}

/// Words that Mermaid takes for its own wherever they stand: `end` closes a block, `wrap:` is an
/// instruction, and lines with `style` or `classDef` lose semicolons before they are read.
const RESERVED: &[&str] = &["end", "wrap", "nowrap", "style", "classdef"];

/// Text in which nothing is Mermaid's, Markdown's or HTML's: whatever is not a letter, a digit or
/// of a few harmless signs becomes an entity code, `#60;`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let is_reserved = RESERVED.iter().any(|word| {
            let start = rest.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        });
        let is_harmless = c.is_alphanumeric() || " .,:()[]/_-+=→·…×".contains(c);
        if is_harmless && !is_reserved {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_escaped() {
        let cases = [
            ("INVITE (SDP)", "INVITE (SDP)"),
            ("a-->>b: x", "a--#62;#62;b: x"),
            ("x;#y %%z", "x#59;#35;y #37;#37;z"),
            ("the End", "the #69;nd"),
            ("lifestyle: x", "life#115;tyle: x"),
            ("wrap: y", "#119;rap: y"),
            ("<b>\"`$\\", "#60;b#62;#34;#96;#36;#92;"),
            ("名前", "名前"),
        ];
        for (text, expected) in cases {
            assert_eq!(escaped(text), expected);
        }
    }
}
