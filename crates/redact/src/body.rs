//! What messages carry.

use sipwhy_parser::{HeaderName, Params};

use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};
use crate::values::TOKENS;
use crate::{json, message, sdp};

/// What a message, or a part of one, says of its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Described {
    /// Its Content-Type, as written.
    pub(crate) kind: Vec<u8>,
    /// Whether it is compressed or otherwise encoded.
    pub(crate) is_encoded: bool,
}

/// Replaces what a body holds; blanks it if it cannot be read.
pub(crate) fn body(all: Permutations, levels: usize, described: &Described, body: &mut [u8]) {
    let kind = described.kind.split(|byte| *byte == b';').next();
    let kind = kind.unwrap_or_default().trim_ascii().to_ascii_lowercase();
    let Some(levels) = levels.checked_sub(1).filter(|_| !described.is_encoded) else {
        return body.fill(0);
    };
    if kind.starts_with(b"multipart/") {
        return parts(all, levels, &described.kind, body);
    }
    if !is_text(body) {
        return body.fill(0);
    }
    match kind.as_slice() {
        b"application/sdp" => sdp::sdp(all, body),
        b"message/sipfrag" | b"message/sip" => message::messages(all, levels, body),
        kind if kind.ends_with(b"json") => json::json(all, body),
        kind if kind.ends_with(b"xml") => markup(all, body),
        _ => sweep(all, Keep::Nothing, body),
    }
}

/// Whether bytes are text: no control characters but those of lines.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| *byte >= b' ' && *byte != 0x7f || b"\r\n\t".contains(byte))
}

/// Parts between boundaries (RFC 2046 §5.1).
fn parts(all: Permutations, levels: usize, kind: &[u8], body: &mut [u8]) {
    let params = kind.iter().position(|byte| *byte == b';');
    let params = params.and_then(|at| kind.get(at + 1..)).unwrap_or_default();
    let boundary = Params::new(params).get("boundary").unwrap_or_default();
    let delimiter = [b"--", boundary].concat();
    let mut rest = body;
    let mut is_first = true;
    loop {
        let length = match boundary {
            [] => rest.len(),
            _ => up_to_delimiter(rest, &delimiter),
        };
        let Some((one, after)) = rest.split_at_mut_checked(length) else {
            return;
        };
        match is_first {
            true => sweep(all, Keep::Nothing, one),
            false => part(all, levels, one),
        }
        is_first = false;
        let line = line_end(after);
        let Some((line, after)) = after.split_at_mut_checked(line) else {
            return;
        };
        if line.is_empty() {
            return;
        }
        // As in the header that names it.
        sweep(all, TOKENS, line);
        rest = after;
    }
}

/// How many bytes come before a line that begins so.
fn up_to_delimiter(bytes: &[u8], delimiter: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(delimiter) {
            return at;
        }
        at += line_end(rest);
    }
    bytes.len()
}

/// Where the first line ends, with what ends it.
fn line_end(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    end.map_or(bytes.len(), |end| end + 1)
}

/// A part, with headers of its own.
fn part(all: Permutations, levels: usize, part: &mut [u8]) {
    let mut described = Described::default();
    let mut rest = part;
    loop {
        let length = line_end(rest);
        let Some((line, after)) = rest.split_at_mut_checked(length) else {
            return;
        };
        if line.is_empty() {
            return;
        }
        if line.trim_ascii().is_empty() {
            rest = after;
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(0);
        let name = HeaderName::from_bytes(line.get(..colon).unwrap_or_default().trim_ascii());
        let value = line.get_mut(colon..).unwrap_or_default();
        match name {
            HeaderName::ContentType => {
                let value = value.strip_prefix(b":").unwrap_or(value);
                described.kind = value.trim_ascii().to_vec();
            }
            HeaderName::ContentEncoding => described.is_encoded = true,
            _ => {}
        }
        message::header_value(all, name, value);
        if name == HeaderName::Other
            && let Some(name) = line.get_mut(..colon)
        {
            sweep(all, Keep::Protocol(3), name);
        }
        rest = after;
    }
    body(all, levels, &described, rest);
}

/// XML: its marks stay, and the names that the protocols define.
fn markup(all: Permutations, text: &mut [u8]) {
    const ENTITIES: [&[u8]; 5] = [b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;"];
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        let run = |stop: &[u8]| {
            let length = rest.iter().skip(1).take_while(|it| !stop.contains(it));
            at + 1 + length.count()
        };
        let (end, keep) = match byte {
            b'&' => match ENTITIES.iter().find(|it| rest.starts_with(it)) {
                Some(entity) => {
                    at += entity.len();
                    continue;
                }
                None => (run(b"<&"), Keep::Nothing),
            },
            b'<' if rest.starts_with(b"<?xml ") => (run(b">"), Keep::Protocol(3)),
            b'<' => (run(b"\"'>"), Keep::Protocol(0)),
            // A value, up to the quote that ends it; between values there are names.
            b'"' | b'\'' => {
                let end = run(&[*byte]);
                let is_value = at > 0 && text.get(at - 1) == Some(&b'=');
                match is_value {
                    true => ((end + 1).min(text.len()), Keep::Nothing),
                    false => (run(b"\"'><"), Keep::Nothing),
                }
            }
            b'>' => (run(b"<&"), Keep::Nothing),
            // Behind a value.
            _ => (run(b"\"'><"), Keep::Protocol(0)),
        };
        if let Some(piece) = text.get_mut(at..end) {
            sweep(all, keep, piece);
        }
        at = end.max(at + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    fn redacted(kind: &str, text: &str) -> String {
        let all = Permutations::new(Key::new(b"a secret for tests"));
        let described = Described {
            kind: kind.as_bytes().to_vec(),
            is_encoded: false,
        };
        let mut bytes = text.as_bytes().to_vec();
        body(all, message::MOST_LEVELS, &described, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn parts_are_read_by_what_they_say_of_themselves() {
        let text = "preamble\r\n--unique-x1\r\nContent-Type: application/sdp\r\n\r\n\
                    v=0\r\no=carol 1 2 IN IP4 10.77.0.10\r\n--unique-x1\r\nX-Name: dora\r\n\r\n\
                    erich was here\r\n--unique-x1--\r\nfelix";
        let new = redacted("multipart/mixed;boundary=\"unique-x1\"", text);
        assert_eq!(new.len(), text.len());
        assert!(
            new.contains("Content-Type: application/sdp\r\n\r\nv=0\r\no="),
            "{new}"
        );
        assert!(new.contains(" 2 IN IP4 10."), "{new}");
        for gone in [
            "preamble",
            "carol",
            "dora",
            "erich",
            "felix",
            "unique",
            "10.77.0.10",
        ] {
            assert!(!new.contains(gone), "{gone}: {new}");
        }
    }

    #[test]
    fn markup_keeps_its_marks() {
        let text = "<?xml version=\"1.0\"?><presence entity='sip:alice@acme.com'>\
                    <note xml:lang=\"en\">at &amp; home</note><berta/></presence>";
        let new = redacted("application/pidf+xml", text);
        assert!(
            new.starts_with("<?xml version=\"1.0\"?><presence entity='"),
            "{new}"
        );
        assert!(
            new.contains("<note xml:lang=\"") && new.contains(" &amp; "),
            "{new}"
        );
        assert!(new.ends_with("/></presence>"), "{new}");
        for gone in ["alice", "acme", "home", "berta"] {
            assert!(!new.contains(gone), "{gone}: {new}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_blanked() {
        assert_eq!(redacted("application/isup", "\u{1}secret"), "\0".repeat(7));
        let plain = redacted("text/plain", "call me at 0301234567");
        assert!(
            !plain.contains("call") && !plain.contains("0301234567"),
            "{plain}"
        );
        let dtmf = redacted("application/dtmf-relay", "Signal=5\r\nDuration=160");
        assert!(!dtmf.contains("=160"), "{dtmf}");
    }
}
