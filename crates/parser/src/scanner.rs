//! The one pass over a message's head.

use std::ops::Range;

use memchr::memchr_iter;

use crate::framing::MAX_HEAD;
use crate::header_name::NAMES;
use crate::lanes::{LANES, controls, find, position};
use crate::lexical::{cut, decimal, is_space, is_token, trim, trim_end};
use crate::{Anomalies, HeaderName, Message, StartLine};

/// How many headers of a message are indexed. More than any real message carries; what lies
/// beyond is flagged and kept as [`Message::unindexed`].
pub const MAX_HEADERS: usize = 512;

const ABSENT: u16 = u16::MAX;

/// Where one header lies. Offsets count from the first byte of the message.
#[derive(Clone, Copy)]
pub(crate) struct HeaderSpan {
    pub(crate) start: u32,
    pub(crate) name_end: u32,
    pub(crate) value_start: u32,
    pub(crate) value_end: u32,
    pub(crate) end: u32,
    pub(crate) line: u32,
    pub(crate) name: HeaderName,
    pub(crate) is_complete: bool,
}

impl HeaderSpan {
    /// Where the value lies, without the white space around it.
    pub(crate) fn value(&self) -> Range<usize> {
        self.value_start as usize..self.value_end as usize
    }
}

/// What a scan leaves behind: everything about a message but its bytes.
pub(crate) struct Index {
    pub(crate) headers: Vec<HeaderSpan>,
    /// Position in `headers` of each name's first occurrence, or `ABSENT`.
    first: [u16; NAMES],
    pub(crate) anomalies: Anomalies,
    pub(crate) content_length: Option<u32>,
    pub(crate) start_line: (usize, usize),
    /// Past the start line's line end.
    pub(crate) headers_start: usize,
    pub(crate) headers_end: usize,
    pub(crate) body_start: usize,
    pub(crate) body_end: usize,
}

impl Index {
    pub(crate) fn first(&self, name: HeaderName) -> Option<usize> {
        let position = self.first.get(name as usize).copied().unwrap_or(ABSENT);
        (position != ABSENT).then_some(usize::from(position))
    }
}

/// Scans messages one after another, reusing its scratch space: no allocation per message once
/// it has grown to the largest number of headers seen.
pub struct Scanner {
    index: Index,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Scanner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scanner").finish_non_exhaustive()
    }
}

impl Scanner {
    /// A scanner with room for the headers of usual messages.
    pub fn new() -> Self {
        Self {
            index: Index {
                headers: Vec::with_capacity(32),
                first: [ABSENT; NAMES],
                anomalies: Anomalies::NONE,
                content_length: None,
                start_line: (0, 0),
                headers_start: 0,
                headers_end: 0,
                body_start: 0,
                body_end: 0,
            },
        }
    }

    /// Scans one message: a datagram, or what [`frame`](crate::frame) cut out of a stream.
    ///
    /// Never fails and takes time linear in the length of the head, whatever the bytes are. The
    /// message borrows the scanner until it is dropped.
    pub fn scan<'s, 'a>(&'s mut self, bytes: &'a [u8]) -> Message<'s, 'a> {
        let start_line = self.index.scan(bytes);
        Message::new(&self.index, bytes, start_line)
    }

    /// Scans what a stream goes on with, as long as it is beyond doubt: the method is known, the
    /// Content-Length is there and no more than `max_body`, and nothing about the form could mean
    /// that something was lost. So one walk finds where a message ends and takes it apart.
    ///
    /// Where it does not answer [`Front::Doubtful`], [`frame`](crate::frame) would say the same of
    /// these bytes.
    pub fn scan_front<'s, 'a>(&'s mut self, stream: &'a [u8], max_body: usize) -> Front<'s, 'a> {
        let start_line = self.index.scan(stream);
        match self.index.end(start_line, max_body) {
            End::At(end) => {
                let bytes = cut(stream, 0..end);
                Front::Message(Message::new(&self.index, bytes, start_line))
            }
            End::NotYet => Front::Incomplete { need: None },
            End::Behind(need) => Front::Incomplete { need: Some(need) },
            End::Doubtful => Front::Doubtful,
        }
    }
}

/// What [`Scanner::scan_front`] found.
#[derive(Clone, Copy, Debug)]
pub enum Front<'s, 'a> {
    /// A whole message.
    Message(Message<'s, 'a>),
    /// The beginning of a message.
    Incomplete {
        /// How long the message is, once its head is there.
        need: Option<usize>,
    },
    /// Perhaps a message, perhaps not: for [`frame`](crate::frame) to judge.
    Doubtful,
}

/// Where a message in a stream ends.
enum End {
    At(usize),
    /// Its head has not come yet.
    NotYet,
    /// Its body has not come yet.
    Behind(usize),
    Doubtful,
}

impl Index {
    fn scan<'a>(&mut self, bytes: &'a [u8]) -> StartLine<'a> {
        self.headers.clear();
        self.first.fill(ABSENT);
        self.anomalies = Anomalies::NONE;

        // Offsets are kept in 32 bits; no head is longer, and the body needs no index.
        let text = cut(bytes, 0..bytes.len().min(u32::MAX as usize));
        let leading = text.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
        let leading = leading.unwrap_or(text.len());
        let mut line: u32 = 1;
        if leading > 0 {
            self.anomalies |= Anomalies::LEADING_CRLF;
            line += count(memchr_iter(b'\n', cut(text, 0..leading)));
        }
        if leading == text.len() {
            self.anomalies |= Anomalies::EMPTY | Anomalies::MALFORMED_START_LINE;
        }

        self.lines(text, leading, line);
        self.headers(text);
        let start_line = cut(text, self.start_line.0..self.start_line.1);
        let (start_line, odd) = StartLine::parse_flagged(start_line);
        self.anomalies |= odd;
        self.body(bytes);
        start_line
    }

    /// Where the message that was scanned ends, in a stream that goes on behind it.
    #[inline]
    fn end(&mut self, start_line: StartLine<'_>, max_body: usize) -> End {
        const HARMLESS: Anomalies = Anomalies::MISSING_HEAD_END
            .union(Anomalies::CUT_LINE)
            .union(Anomalies::CONTENT_LENGTH_TOO_LARGE)
            .union(Anomalies::CONTENT_LENGTH_TOO_SMALL)
            // The first Content-Length counts, for `frame` as well.
            .union(Anomalies::DUPLICATE_HEADER);
        let is_sure = match start_line {
            StartLine::Request { method, .. } => method.is_known(),
            StartLine::Status { version, .. } => version == b"SIP/2.0",
            StartLine::Malformed(_) => false,
        };
        let is_usual = self.anomalies.without(HARMLESS).is_empty();
        if !is_sure || !is_usual || self.body_start >= MAX_HEAD {
            return End::Doubtful;
        }
        if self.anomalies.contains(Anomalies::MISSING_HEAD_END) {
            return End::NotYet;
        }
        match self.content_length.map(|length| length as usize) {
            Some(length) if length <= max_body => {
                let end = self.body_start + length;
                if self.anomalies.contains(Anomalies::CONTENT_LENGTH_TOO_LARGE) {
                    return End::Behind(end);
                }
                // What follows is no part of the message, and nothing odd.
                let odd = Anomalies::CONTENT_LENGTH_TOO_SMALL;
                self.anomalies = self.anomalies.without(odd);
                End::At(end)
            }
            _ => End::Doubtful,
        }
    }

    /// Walks the control bytes, and by them the lines, from the start line to the end of the head.
    // This and `headers` are functions of their own for their loops to have all the registers.
    #[inline(never)]
    fn lines(&mut self, text: &[u8], start: usize, mut line: u32) {
        // Where the header in hand begins, and past the last line end: they part where a header
        // is folded, as do its first line and the one counted last.
        let mut at = start;
        let mut next = start;
        let mut first_line = line;
        let mut base = start;
        while base < text.len() {
            let mut bits = controls(text, base);
            if next > base {
                // The LF of a CR that ended the block before.
                bits &= !1;
            }
            while bits != 0 {
                let end = base + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let following;
                if let Some([line_end @ .., byte]) =
                    text.get(end..).and_then(<[u8]>::first_chunk::<3>)
                    && line_end == b"\r\n"
                {
                    bits &= bits.wrapping_sub(1);
                    next = end + 2;
                    following = *byte;
                } else {
                    let Some(length) = self.unusual_line_end(text, end) else {
                        continue;
                    };
                    if length == 2 {
                        bits &= bits.wrapping_sub(1);
                    }
                    next = end + length;
                    following = text.get(next).copied().unwrap_or(u8::MAX);
                }
                line += 1;
                let is_blank = following <= b' ';
                if at == start {
                    self.start_line = (start, end);
                    self.headers_start = next;
                } else if is_blank && matches!(following, b' ' | b'\t') {
                    self.anomalies |= Anomalies::FOLDED_HEADER;
                    continue;
                } else {
                    self.header(at, end, next, first_line, true);
                }
                at = next;
                first_line = line;
                if !is_blank {
                    continue;
                }
                let length = match text.get(next..).unwrap_or_default() {
                    [b'\n', ..] => {
                        self.anomalies |= Anomalies::BARE_LF;
                        1
                    }
                    [b'\r', b'\n', ..] => 2,
                    _ => continue,
                };
                self.headers_end = at;
                self.body_start = at + length;
                return;
            }
            base += 64;
        }
        self.unended(text, start, at, first_line);
    }

    /// How long the line end is that this control byte begins; `None` when it begins none.
    #[cold]
    fn unusual_line_end(&mut self, text: &[u8], at: usize) -> Option<usize> {
        match cut(text, at..text.len()) {
            [b'\r', b'\n', ..] => Some(2),
            [b'\n', ..] => {
                self.anomalies |= Anomalies::BARE_LF;
                Some(1)
            }
            odd => {
                self.anomalies |= odd_control(odd);
                None
            }
        }
    }

    /// Takes what is left when the bytes end before an empty line does.
    #[cold]
    fn unended(&mut self, text: &[u8], start: usize, mut at: usize, first_line: u32) {
        self.anomalies |= Anomalies::MISSING_HEAD_END;
        let in_start_line = at == start;
        if in_start_line {
            let cut_line = trim_line_end(cut(text, start..text.len()));
            self.start_line = (start, start + cut_line.len());
            self.headers_start = text.len();
            if !cut_line.is_empty() {
                self.anomalies |= Anomalies::CUT_LINE;
            }
        } else if at < text.len() {
            // A CR shows that the line was whole; so does a lone CR for the empty line.
            let is_complete = text.last() == Some(&b'\r');
            if !is_complete {
                self.anomalies |= Anomalies::CUT_LINE;
            }
            if cut(text, at..text.len()) != b"\r" {
                self.header(at, text.len(), text.len(), first_line, is_complete);
                at = text.len();
            }
        }
        self.headers_end = if in_start_line { text.len() } else { at };
        self.body_start = text.len();
    }

    /// Notes where a header lies, to be taken apart when all are known.
    #[inline(always)]
    fn header(&mut self, start: usize, line_end: usize, end: usize, line: u32, is_complete: bool) {
        if self.headers.len() >= MAX_HEADERS {
            self.anomalies |= Anomalies::TOO_MANY_HEADERS;
            return;
        }
        self.headers.push(HeaderSpan {
            start: offset(start),
            name_end: 0,
            value_start: 0,
            value_end: offset(line_end),
            end: offset(end),
            line,
            name: HeaderName::Other,
            is_complete,
        });
    }

    /// Takes the headers apart.
    #[inline(never)]
    fn headers(&mut self, text: &[u8]) {
        for (position, span) in (0..).zip(&mut self.headers) {
            if usual_header(text, span).is_none() {
                self.anomalies |= unusual_header(text, span);
            }
            if let Some(first) = self.first.get_mut(span.name as usize) {
                if *first == ABSENT {
                    *first = position;
                } else if span.name.is_single() {
                    self.anomalies |= Anomalies::DUPLICATE_HEADER;
                }
            }
        }
    }

    /// Bounds the body by Content-Length.
    fn body(&mut self, bytes: &[u8]) {
        self.content_length = None;
        let available = bytes.len() - self.body_start;
        self.body_end = bytes.len();
        let header = self
            .first(HeaderName::ContentLength)
            .and_then(|at| self.headers.get(at));
        let Some(header) = header else {
            if !self.anomalies.contains(Anomalies::MISSING_HEAD_END) {
                self.anomalies |= Anomalies::CONTENT_LENGTH_MISSING;
            }
            return;
        };
        if !header.is_complete {
            return;
        }
        let value = trim(cut(
            bytes,
            header.value_start as usize..header.value_end as usize,
        ));
        self.content_length = decimal(value);
        match self.content_length.map(|length| length as usize) {
            None => self.anomalies |= Anomalies::CONTENT_LENGTH_MALFORMED,
            Some(length) if length > available => {
                self.anomalies |= Anomalies::CONTENT_LENGTH_TOO_LARGE;
            }
            Some(length) if length < available => {
                self.anomalies |= Anomalies::CONTENT_LENGTH_TOO_SMALL;
                self.body_end = self.body_start + length;
            }
            Some(_) => {}
        }
    }
}

/// Takes a header apart that is written as nearly all are: a short name, a colon, at most one
/// space, and a value with no white space around it.
#[inline(always)]
fn usual_header(text: &[u8], span: &mut HeaderSpan) -> Option<()> {
    let (start, end) = (span.start as usize, span.value_end as usize);
    let first: &[u8; LANES] = text.get(start..start + LANES)?.first_chunk()?;
    let colon = position(first, b':');
    let name = HeaderName::from_start(first, colon)?;
    let colon = start + colon;
    let value_start = colon + 1 + usize::from(*text.get(colon + 1)? == b' ');
    let value = text.get(value_start..end)?;
    // Control bytes may be white space, and are rare enough to be left to others.
    if *value.first()? <= b' ' || *value.last()? <= b' ' {
        return None;
    }
    span.name = name;
    span.name_end = offset(colon);
    span.value_start = offset(value_start);
    Some(())
}

/// Takes any header apart, and says what is odd about it.
#[cold]
#[inline(never)]
fn unusual_header(text: &[u8], span: &mut HeaderSpan) -> Anomalies {
    let start = span.start as usize;
    let whole = cut(text, start..span.value_end as usize);
    let mut anomalies = Anomalies::NONE;
    let stray = whole.first().is_some_and(|&byte| is_space(byte));
    let colon = if stray { None } else { find(whole, b':') };
    let (name_length, value_offset) = if let Some(colon) = colon {
        let before = cut(whole, 0..colon);
        let raw_name = trim_end(before);
        span.name = HeaderName::from_bytes(raw_name);
        if raw_name.len() != before.len() {
            anomalies |= Anomalies::SPACE_BEFORE_COLON;
        }
        if span.name == HeaderName::Other && !is_token(raw_name) {
            anomalies |= Anomalies::BAD_HEADER_NAME;
        }
        (raw_name.len(), colon + 1)
    } else {
        anomalies |= if stray {
            Anomalies::STRAY_CONTINUATION
        } else if span.is_complete {
            Anomalies::HEADER_WITHOUT_COLON
        } else {
            // Cut off before its colon came: not the sender's fault.
            Anomalies::NONE
        };
        (0, 0)
    };
    let after = cut(whole, value_offset..whole.len());
    let value = trim_end(after);
    let indent = value
        .iter()
        .position(|&byte| !is_space(byte))
        .unwrap_or(value.len());

    span.name_end = offset(start + name_length);
    span.value_start = offset(start + value_offset + indent);
    span.value_end = offset(start + value_offset + value.len());
    anomalies
}

/// What to say of a control byte that ends no line, and of what follows it.
#[cold]
fn odd_control(bytes: &[u8]) -> Anomalies {
    match bytes {
        // The bytes may end between CR and LF.
        [] | [b'\t', ..] | [b'\r'] => Anomalies::NONE,
        [b'\r', ..] => Anomalies::BARE_CR,
        [0, ..] => Anomalies::NUL_BYTE,
        _ => Anomalies::CONTROL_BYTE,
    }
}

/// The line without its CR, if there is one.
fn trim_line_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Offsets lie within the first 2^32 bytes; see [`Index::scan`].
fn offset(at: usize) -> u32 {
    at as u32
}

fn count(lines: impl Iterator) -> u32 {
    u32::try_from(lines.count()).unwrap_or(u32::MAX)
}
