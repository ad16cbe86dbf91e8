//! Cutting messages out of a byte stream (RFC 3261 §18.3).
//!
//! The caller keeps the bytes that have arrived and not been consumed, and calls [`frame`]
//! whenever more have come:
//!
//! ```
//! use sipwhy_parser::framing::{Framing, Progress, frame};
//!
//! let mut buffer = b"\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\nl: 2\r\n\r\nhiSIP/2.0 20".to_vec();
//! let mut progress = Progress::default();
//! let mut messages = Vec::new();
//! loop {
//!     match frame(&buffer, &mut progress, 65_536) {
//!         Framing::Message { start, end } => {
//!             messages.push(buffer[start..end].to_vec());
//!             buffer.drain(..end);
//!         }
//!         Framing::KeepAlive { len: gone } | Framing::Garbage { skip: gone } => {
//!             buffer.drain(..gone);
//!         }
//!         Framing::Incomplete { .. } => break,
//!     }
//! }
//! assert_eq!(messages, [b"OPTIONS sip:a@b SIP/2.0\r\nl: 2\r\n\r\nhi"]);
//! assert_eq!(buffer, b"SIP/2.0 20");
//! ```
//!
//! How the bytes arrive changes nothing about the messages, and the work is linear in their
//! number even when they arrive one at a time.

use memchr::{memchr_iter, memmem};

use crate::Method;
use crate::detect::{is_start_line, is_usual_start_line};
use crate::lanes::{find, line_feeds};
use crate::lexical::{cut, decimal, split_word, trim, trim_end, trim_start};

/// The longest head that is waited for, in bytes. Longer ones are skipped as garbage.
pub const MAX_HEAD: usize = 64 * 1024;

/// What the front of a stream holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framing {
    /// Nothing whole yet: call again when more bytes have arrived.
    Incomplete {
        /// How many bytes the buffer must hold before another call can tell more, when known.
        need: Option<usize>,
    },
    /// A whole message. Drop the bytes up to `end`.
    Message {
        /// Where it starts.
        start: usize,
        /// Just past its last byte.
        end: usize,
    },
    /// Empty lines between messages: a keep-alive (RFC 5626 §3.5.1), or a sender's mistake. Drop
    /// `len` bytes.
    KeepAlive {
        /// How many bytes: CRLF, or LF alone, once or more.
        len: usize,
    },
    /// No SIP. Drop `skip` bytes; a start line, or the beginning of a line, follows.
    Garbage {
        /// How many bytes.
        skip: usize,
    },
}

/// How far the front of the buffer has been looked at, so that a call does not repeat the work
/// of the one before. Start with the default; it resets itself with every answer other than
/// [`Framing::Incomplete`]. It belongs to one stream; set it to the default after dropping bytes
/// on your own account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// No line end lies before this offset but those already seen.
    searched: usize,
    /// Where the line begins that `searched` is in; 0 while that is the start line.
    line: usize,
    /// Where the first Content-Length header begins, once it was seen.
    length: Option<usize>,
    /// The length of the message, once its head is whole.
    message: Option<usize>,
}

/// Says what the front of `buffer` holds: the bytes of one direction of a stream, in order, that
/// have not been dropped yet.
///
/// A message ends where Content-Length says (long or compact, folded or oddly spaced, after bare
/// LF as well). Without a readable one, or with one beyond `max_body` bytes, it ends with its
/// head; what follows is then skipped up to the next start line.
///
/// Between two calls with the same `progress` the buffer may grow at its end, and must not lose
/// bytes other than those an answer told to drop.
pub fn frame(buffer: &[u8], progress: &mut Progress, max_body: usize) -> Framing {
    let answer = advance(buffer, progress, max_body);
    if !matches!(answer, Framing::Incomplete { .. }) {
        *progress = Progress::default();
    }
    answer
}

fn advance(buffer: &[u8], progress: &mut Progress, max_body: usize) -> Framing {
    if let Some(end) = progress.message {
        return message(buffer, end);
    }
    // A CR may have come alone and waited for its LF.
    if progress.searched <= 1 {
        let len = empty_lines(buffer);
        if len > 0 {
            return Framing::KeepAlive { len };
        }
    }
    // A line that was counted as ended is never searched again: `searched` lies past its LF.
    let text = cut(buffer, 0..buffer.len().min(MAX_HEAD));
    let mut base = progress.searched;
    let mut start = progress.line;
    while base < text.len() {
        let mut bits = line_feeds(text, base);
        while bits != 0 {
            let newline = base + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            if start == 0 || !is_plain(cut(text, start..newline)) {
                progress.line = start;
                if let Some(answer) = line(buffer, newline, progress, max_body) {
                    return answer;
                }
            }
            start = newline + 1;
        }
        base += 64;
    }
    progress.line = start;
    if buffer.len() >= MAX_HEAD {
        return too_long(buffer, start);
    }
    progress.searched = buffer.len();
    Framing::Incomplete { need: None }
}

/// Whether a line is nothing but a header, and not the one that is looked for: one look at either
/// end for nearly all. [`line`] judges the others.
#[inline(always)]
fn is_plain(line: &[u8]) -> bool {
    // Content-Length, its compact form, or a status line.
    let may_matter = match line {
        [b'c' | b'C', _, _, _, _, _, _, b'-', b'l' | b'L', ..] => true,
        [b'l' | b'L' | b'S', second, ..] => matches!(second, b':' | b'I' | ..=b' '),
        _ => false,
    };
    // A request line ends in the 0 of the version, if not in white space.
    let ends_plainly = matches!(line, [.., last, b'\r'] if *last > b' ' && *last != b'0');
    !may_matter && ends_plainly
}

/// Looks at the line that ends at `newline`: whether there is an answer now.
#[inline(never)]
fn line(
    buffer: &[u8],
    newline: usize,
    progress: &mut Progress,
    max_body: usize,
) -> Option<Framing> {
    let line = cut(buffer, progress.line..newline);
    if progress.line == 0 {
        let is_start = is_usual_start_line(line) || is_start_line(line);
        return (!is_start).then(|| garbage(buffer, newline));
    }
    if matches!(line, [] | [b'\r']) {
        let head = newline + 1;
        let length = progress
            .length
            .and_then(|at| content_length(cut(buffer, at..head)));
        let end = head + length.filter(|&length| length <= max_body).unwrap_or(0);
        progress.message = Some(end);
        return Some(message(buffer, end));
    }
    if is_lost_start(line) {
        // The rest of this head was lost, or its sender forgot the empty line.
        let skip = progress.line;
        return Some(Framing::Garbage { skip });
    }
    if progress.length.is_none() && is_content_length(line) {
        progress.length = Some(progress.line);
    }
    None
}

/// How many bytes of empty lines there are in front.
fn empty_lines(buffer: &[u8]) -> usize {
    let mut rest = buffer;
    while let [b'\n', after @ ..] | [b'\r', b'\n', after @ ..] = rest {
        rest = after;
    }
    buffer.len() - rest.len()
}

fn message(buffer: &[u8], end: usize) -> Framing {
    if buffer.len() >= end {
        Framing::Message { start: 0, end }
    } else {
        Framing::Incomplete { need: Some(end) }
    }
}

/// A head without an end: its whole lines go; a line longer than a whole head goes in one piece.
fn too_long(buffer: &[u8], line: usize) -> Framing {
    let skip = if line == 0 { MAX_HEAD } else { line };
    Framing::Garbage {
        skip: skip.min(buffer.len()),
    }
}

/// The first line, which ends at `newline`, is no start line: skips to the next one, through the
/// last line that has ended, so that no line is judged by its first half.
fn garbage(buffer: &[u8], newline: usize) -> Framing {
    let mut line = 0;
    for newline in std::iter::once(newline).chain(
        memchr_iter(b'\n', cut(buffer, newline + 1..buffer.len())).map(|at| newline + 1 + at),
    ) {
        let text = cut(buffer, line..newline);
        if line > 0 && is_start_line(text) {
            break;
        }
        if let Some(at) = glued_start(text) {
            line += at;
            break;
        }
        line = newline + 1;
    }
    Framing::Garbage { skip: line }
}

/// Where a start line begins inside a line whose front is the end of something else: a body
/// without a line end, or binary keep-alives.
fn glued_start(line: &[u8]) -> Option<usize> {
    for at in memmem::find_iter(line, b"SIP/2.0") {
        let after = line.get(at + 7..).unwrap_or_default();
        if at > 0 && matches!(after, [b' ', digit, ..] if digit.is_ascii_digit()) {
            return Some(at);
        }
    }
    // The only version that can belong to a request line is the one that ends this line.
    let request = trim_end(line).strip_suffix(b"SIP/2.0")?;
    let request = trim_end(request);
    let space = request.iter().rposition(|&byte| byte == b' ')?;
    let method_end = trim_end(cut(request, 0..space)).len();
    let longest = 16;
    let from = method_end.saturating_sub(longest);
    let tail = cut(request, from..method_end);
    (0..tail.len())
        .find(|&at| Method::from_bytes(cut(tail, at..tail.len())).is_known())
        .map(|at| from + at)
        .filter(|&at| at > 0)
}

/// Whether a line among the headers is a start line after all. A header line has a colon right
/// after its first word, and a continuation begins with white space.
fn is_lost_start(line: &[u8]) -> bool {
    let is_candidate = line.starts_with(b"SIP/2.0 ") || trim_end(line).ends_with(b" SIP/2.0");
    is_candidate
        && !matches!(line.first(), None | Some(b' ' | b'\t'))
        && !split_word(line).1.starts_with(b":")
        && is_start_line(line)
}

/// Whether the header that begins with this line is Content-Length.
fn is_content_length(line: &[u8]) -> bool {
    const NAME: &[u8] = b"content-length";
    let rest = match line {
        [b'l' | b'L', rest @ ..] => rest,
        _ => match line.split_at_checked(NAME.len()) {
            Some((name, rest)) if name.eq_ignore_ascii_case(NAME) => rest,
            _ => return false,
        },
    };
    trim_start(rest).starts_with(b":")
}

/// The number in a Content-Length header that begins where `head` does, whatever follows it.
fn content_length(head: &[u8]) -> Option<usize> {
    let mut end = find(head, b'\n')?;
    // A line that begins with white space continues the header.
    while let Some(b' ' | b'\t') = head.get(end + 1) {
        end += 1 + find(cut(head, end + 1..head.len()), b'\n')?;
    }
    let header = cut(head, 0..end);
    let colon = find(header, b':')?;
    usize::try_from(decimal(trim(cut(header, colon + 1..end)))?).ok()
}
