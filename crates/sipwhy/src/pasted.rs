//! SIP messages in a text: a log, an email, a note.
//!
//! What people paste is no longer what was on the wire: lines end in LF, have a log's prefix, an
//! indent or quote marks in front, and lost the empty line at the end. This gives the messages
//! back as they may have been, and says what was done to get there.

use sipwhy_parser::{Method, Scanner, looks_like_sip};

/// How far into a line a message may begin, behind a prefix.
const LONGEST_PREFIX: usize = 200;

/// A message found in a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pasted {
    /// The line it begins on, from 1.
    pub(crate) line: u64,
    /// The message.
    pub(crate) bytes: Vec<u8>,
    /// What was done to the text, in plain words; empty where nothing was.
    pub(crate) remarks: Vec<&'static str>,
}

/// The messages in a text, in order.
pub(crate) fn messages(text: &[u8]) -> Vec<Pasted> {
    let empty_lines = text
        .iter()
        .take_while(|it| matches!(it, b'\r' | b'\n'))
        .count();
    let (_, rest) = text.split_at_checked(empty_lines).unwrap_or((&[], text));
    if is_from_the_wire(rest) {
        return vec![as_it_is(text)];
    }
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    let mut messages = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let Some(offset) = start(line) else {
            at += 1;
            continue;
        };
        let prefix = line.get(..offset).unwrap_or_default();
        let (message, taken) = message(lines.get(at..).unwrap_or_default(), prefix);
        messages.push(Pasted {
            line: at as u64 + 1,
            ..message
        });
        at += taken.max(1);
    }
    messages
}

/// Whether the text begins as a message does on the wire, CR and all.
fn is_from_the_wire(text: &[u8]) -> bool {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    line.ends_with(b"\r") && start(line) == Some(0)
}

/// A text that needs nothing but, maybe, its end.
fn as_it_is(text: &[u8]) -> Pasted {
    let mut bytes = text.to_vec();
    let mut remarks = Vec::new();
    end_head(&mut bytes, &mut remarks);
    Pasted {
        line: 1,
        bytes,
        remarks,
    }
}

/// Adds the empty line that ends the head, if the text ends without.
fn end_head(bytes: &mut Vec<u8>, remarks: &mut Vec<&'static str>) {
    let is_ended =
        bytes.windows(4).any(|it| it == b"\r\n\r\n") || bytes.windows(2).any(|it| it == b"\n\n");
    if is_ended {
        return;
    }
    if !bytes.ends_with(b"\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    remarks.push("the empty line after the headers is missing; read as if it were there");
}

/// Where a message begins in this line, if one does.
fn start(line: &[u8]) -> Option<usize> {
    if is_start(line) {
        return Some(0);
    }
    let breaks = line.iter().take(LONGEST_PREFIX).enumerate();
    let mut after = breaks.filter(|(_, byte)| b" \t>|]):\"'".contains(byte));
    after
        .find(|(at, _)| is_start(line.get(at + 1..).unwrap_or_default()))
        .map(|(at, _)| at + 1)
        // A method that nobody knows, with nothing in front.
        .or_else(|| {
            (looks_like_sip(line) && line.trim_ascii_end().ends_with(b" SIP/2.0")).then_some(0)
        })
}

/// Whether a start line begins here: a status line, or a method that SIP knows.
fn is_start(line: &[u8]) -> bool {
    let word = line.split(|&byte| byte == b' ').next().unwrap_or_default();
    let is_known = Method::from_bytes(word).is_known() || word.starts_with(b"SIP/");
    is_known && looks_like_sip(line)
}

/// The message that begins in the first of these lines, and how many lines it takes.
fn message(lines: &[&[u8]], prefix: &[u8]) -> (Pasted, usize) {
    let mut remarks = Vec::new();
    let mut bytes = Vec::new();
    let has_cr = lines.first().is_some_and(|line| line.ends_with(b"\r"));
    let mut taken = 0;
    // Lines up to the empty one.
    for (index, line) in lines.iter().enumerate() {
        if index > 0 && start(line).is_some() {
            break;
        }
        let mut line = without(prefix, line);
        line = line.strip_suffix(b"\r").unwrap_or(line);
        if index == 0 && line.trim_ascii_end().len() < line.len() {
            line = line.trim_ascii_end();
            remarks.push("white space at the end of the first line was taken off");
        }
        // The piece behind the last line end is no line.
        if index + 1 == lines.len() && line.is_empty() {
            break;
        }
        if line.trim_ascii().is_empty() {
            taken = index + 1;
            bytes.extend_from_slice(b"\r\n");
            break;
        }
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\r\n");
        taken = index + 1;
    }
    if !bytes.ends_with(b"\r\n\r\n") {
        bytes.extend_from_slice(b"\r\n");
        remarks.push("the empty line after the headers is missing; read as if it were there");
    }
    taken += body(lines.get(taken..).unwrap_or_default(), prefix, &mut bytes);
    if !prefix.is_empty() {
        remarks.insert(
            0,
            "what stands before the message on each line was taken off",
        );
    } else if !has_cr {
        remarks.insert(0, "lines end in LF alone; read as CRLF");
    }
    let pasted = Pasted {
        line: 0,
        bytes,
        remarks,
    };
    (pasted, taken)
}

/// Adds the lines of the body: as many as Content-Length counts, or, where the count does not fit
/// or is missing, those up to the next message or, without a count, the next empty line.
fn body(lines: &[&[u8]], prefix: &[u8], bytes: &mut Vec<u8>) -> usize {
    let wanted = Scanner::new().scan(bytes).content_length();
    let mut added = 0;
    let mut taken = 0;
    for (index, line) in lines.iter().enumerate() {
        let is_counted = wanted.is_some_and(|wanted| added < wanted as usize);
        let line = without(prefix, line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_blank = line.trim_ascii().is_empty();
        let is_end = match wanted {
            Some(_) => !is_counted,
            None => is_blank,
        };
        let is_last = index + 1 == lines.len();
        // The piece behind the last line end is no line.
        if is_end || !is_counted && start(line).is_some() || is_last && line.is_empty() {
            break;
        }
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\r\n");
        added += line.len() + 2;
        taken = index + 1;
    }
    // A body that ends without a line end got one here.
    if wanted.is_some_and(|wanted| wanted as usize + 2 == added) {
        bytes.truncate(bytes.len() - 2);
    }
    taken
}

/// A line without what stands before the message: the very prefix, or one of its shape, as of
/// the time in a log; quote marks also where the line is empty behind them.
fn without<'l>(prefix: &[u8], line: &'l [u8]) -> &'l [u8] {
    if let Some(rest) = line.strip_prefix(prefix) {
        return rest;
    }
    if let Some((front, rest)) = line.split_at_checked(prefix.len())
        && prefix.iter().any(u8::is_ascii_digit)
        && prefix
            .iter()
            .zip(front)
            .all(|(one, other)| has_shape_of(*one, *other))
    {
        return rest;
    }
    let short = prefix.trim_ascii_end();
    match line.trim_ascii_end() == short {
        true => &[],
        false => line,
    }
}

fn has_shape_of(one: u8, other: u8) -> bool {
    one == other || one.is_ascii_digit() && other.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "OPTIONS sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP a\nl: 0\n\n";
    const WIRE: &[u8] =
        b"OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nl: 0\r\n\r\n";

    fn only(text: &str) -> Pasted {
        let mut found = messages(text.as_bytes());
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0)
    }

    #[test]
    fn what_comes_from_the_wire_stays_as_it_is() {
        let text = String::from_utf8(WIRE.to_vec()).unwrap() + "more\nof it";
        let found = only(&text);
        assert_eq!(found.bytes, text.as_bytes());
        assert!(found.remarks.is_empty());
    }

    #[test]
    fn lines_of_a_log_lose_what_stands_before_the_message() {
        let mut at = 10;
        for prefix in [
            "> ",
            "    ",
            "| ",
            "Nov 22 10:00:00.0## host sip[7]: ",
            "TAB\t",
        ] {
            let text: String = HEAD
                .lines()
                .map(|line| {
                    at += 1;
                    format!("{}{line}\n", prefix.replace("##", &at.to_string()))
                })
                .collect();
            let found = only(&text);
            assert_eq!(found.bytes, WIRE, "{prefix}");
            assert_eq!(found.remarks.len(), 1, "{prefix}");
        }
    }

    #[test]
    fn an_email_quotes_empty_lines_without_the_space() {
        let text = "he wrote:\n> SIP/2.0 200 OK\n> l: 4\n>\n> ab\n> \n> regards\n";
        let found = only(text);
        assert_eq!(found.bytes, b"SIP/2.0 200 OK\r\nl: 4\r\n\r\nab\r\n");
        assert_eq!(found.line, 2);
    }

    #[test]
    fn several_messages_and_prose_between_them() {
        let text = format!("first this came:\n\n{HEAD}then that:\n{HEAD}");
        let found = messages(text.as_bytes());
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].line, 8);
        assert!(found.iter().all(|it| it.bytes == WIRE));
    }

    #[test]
    fn the_missing_empty_line_is_added() {
        let found = only("OPTIONS sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP a\nl: 0");
        assert_eq!(found.bytes, WIRE);
        assert_eq!(found.remarks.len(), 2);
        let found = only("SIP/2.0 200 OK\r\nl: 0\r\n");
        assert_eq!(found.bytes, b"SIP/2.0 200 OK\r\nl: 0\r\n\r\n");
    }

    #[test]
    fn a_status_line_inside_a_counted_body_begins_no_message() {
        let text =
            "NOTIFY sip:a@b SIP/2.0\nl: 16\n\nSIP/2.0 200 OK\n\nSIP/2.0 100 Trying\nl: 0\n\n";
        let found = messages(text.as_bytes());
        assert_eq!(found.len(), 2);
        assert!(found[0].bytes.ends_with(b"\r\n\r\nSIP/2.0 200 OK\r\n"));
    }

    #[test]
    fn a_text_without_messages_has_none() {
        assert_eq!(messages(b"INVITE me to lunch\nVia: bus\n"), []);
        assert_eq!(messages(b""), []);
    }
}
