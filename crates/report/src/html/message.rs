//! A message: what it means, when and how it was sent, and its text.

use sipwhy_annotator::words;
use sipwhy_flow::{Flow, Message};
use sipwhy_packet::clock::time_of_day;
use sipwhy_parser::printable;

use super::kept::Kept;
use super::marks::{Remaining, write_line};
use super::markup::Markup;
use super::scene::{Scene, frames};
use super::terms::Terms;
use crate::text::timings::brief;

/// Frames that are named of a message that was sent often.
const MOST_FRAMES: usize = 8;

pub(super) fn write(
    out: &mut Markup,
    scene: &Scene<'_>,
    terms: &mut Terms,
    flow: &Flow,
    message: &Message,
) {
    out.raw("<details class=\"message ")
        .raw(message.kind.as_str());
    out.raw("\" id=\"").text(&scene.message_id(message.number));
    out.raw("\"><summary><span class=\"since\">+");
    out.text(&brief(message.since(flow.began)));
    out.raw("</span> <span class=\"label\">")
        .text(&message.title());
    if message.again.count > 0 {
        out.raw(" ×").show(u64::from(message.again.count) + 1);
    }
    out.raw("</span> <span class=\"hop\">");
    out.text(&host(flow, message.from)).raw(" → ");
    out.text(&host(flow, message.to)).raw("</span>");
    for note in &message.notes {
        out.raw(" <span class=\"badge ").raw(note.severity.as_str());
        out.raw("\">").text(note.rule).raw("</span>");
    }
    out.raw("</summary>\n");
    let kept = scene.kept(flow, message);
    if let Some(kept) = kept {
        out.paragraph("meaning", &capital(&kept.meaning));
        if let Some(status) = kept.status {
            terms.write_code(out, status);
        }
    }
    write_notes(out, scene, message);
    write_sending(out, scene, flow, message);
    if let Some(kept) = kept {
        write_text(out, terms, kept, scene.marks.in_frames(frames(message)));
    }
    out.raw("</details>\n");
}

/// What was found here.
fn write_notes(out: &mut Markup, scene: &Scene<'_>, message: &Message) {
    use sipwhy_flow::svg::Links as _;
    for note in &message.notes {
        out.raw("<p class=\"found ").raw(note.severity.as_str());
        out.raw("\"><strong>").text(&note.tag()).raw("</strong> ");
        super::finding::link(out, scene.finding(note.finding).as_deref(), &note.title);
        out.raw("</p>\n");
    }
}

/// When it was sent, between which sockets, and in which frames.
fn write_sending(out: &mut Markup, scene: &Scene<'_>, flow: &Flow, message: &Message) {
    let sockets = message.sockets;
    out.raw("<p class=\"faint\"><a href=\"#")
        .text(&scene.ladder_id(message));
    out.raw("\">")
        .text(&scene.inputs.frame(message.frame))
        .raw("</a> · ");
    out.text(&time_of_day(message.time)).raw(" UTC · ");
    out.show(sockets.source)
        .raw(" → ")
        .show(sockets.destination);
    out.raw(" ").show(sockets.transport);
    if flow.legs.len() > 1 {
        out.raw(" · leg ").show(message.leg + 1);
    }
    if message.is_stray {
        out.raw(" · sent to an address that is not its client's");
    }
    if message.copies > 0 {
        out.raw(" · the same packet captured ").show(message.copies);
        out.raw(" more times");
    }
    if message.again.count > 0 {
        out.raw(" · sent again ")
            .text(&words::times(message.again.count));
        let named = message.again.first.iter().take(MOST_FRAMES);
        for (place, (frame, time)) in named.enumerate() {
            out.raw(if place == 0 { ": " } else { ", " });
            out.text(&scene.inputs.frame(*frame)).raw(" after ");
            out.text(&brief(time.since(message.time)));
        }
        if message.again.first.len() > MOST_FRAMES {
            out.raw(", …");
        }
    }
    out.raw("</p>\n");
}

/// Its text, line by line: headers with what they are, and what decides a finding marked.
fn write_text(out: &mut Markup, terms: &mut Terms, kept: &Kept, mut marks: Remaining<'_>) {
    out.raw("<pre class=\"wire\" tabindex=\"0\">");
    let mut part = Part::Start;
    // The lines that end headers and body need not be shown empty.
    let blank = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let end = kept.bytes.iter().rposition(|byte| !blank(byte));
    let text = kept
        .bytes
        .get(..end.map_or(0, |last| last + 1))
        .unwrap_or_default();
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let shown = printable(line);
        let found = marks.take(&shown);
        let name = match part {
            Part::Headers => name_of(&shown).and_then(|name| Some((name, terms.header(name)?))),
            Part::Start | Part::Body => None,
        };
        let rest = match name {
            // A mark over the name itself stands for it.
            Some((name, topic)) if found.iter().all(|it| it.range.start >= name.len()) => {
                out.raw("<abbr title=\"").text(&capital(topic.brief));
                out.raw("\">").text(name).raw("</abbr>");
                name.len()
            }
            _ => 0,
        };
        let found: Vec<_> = found.into_iter().map(|it| it.after(rest)).collect();
        write_line(out, shown.get(rest..).unwrap_or_default(), &found);
        part = match part {
            Part::Start => Part::Headers,
            Part::Headers if line.is_empty() => Part::Body,
            other => other,
        };
    }
    out.raw("</pre>\n");
    match kept.cut() {
        0 => {}
        cut => {
            let (shown, length) = (kept.bytes.len(), kept.length);
            let text = format!("{shown} of {length} bytes are shown; {cut} are not.");
            out.paragraph("faint", &text);
        }
    }
    if kept.missing > 0 {
        out.paragraph("faint", "The capture does not hold all of it.");
    }
}

/// Where in a message a line stands.
#[derive(Clone, Copy)]
enum Part {
    Start,
    Headers,
    Body,
}

/// The name of the header that begins with this line.
fn name_of(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && !name.starts_with([' ', '\t', '\\']);
    is_name.then_some(name)
}

fn host(flow: &Flow, place: usize) -> String {
    let host = flow.hosts.get(place);
    host.map_or_else(String::new, |host| match &host.name {
        Some(name) => name.clone(),
        None => host.socket(),
    })
}

/// A clause with a capital letter and a full stop.
pub(super) fn capital(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
