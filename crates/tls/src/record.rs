//! Records: what each direction's bytes are cut into (RFC 8446 §5.1, RFC 5246 §6.2).

use crate::Reason;
use crate::output::Span;

/// The most bytes that the payload of a record may have; TLS 1.3 allows fewer.
const MAX_PAYLOAD: usize = (1 << 14) + 2048;

/// What a record carries.
pub(crate) mod content {
    pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
    pub(crate) const ALERT: u8 = 21;
    pub(crate) const HANDSHAKE: u8 = 22;
    pub(crate) const APPLICATION_DATA: u8 = 23;
    pub(crate) const HEARTBEAT: u8 = 24;
}

/// Whether the first bytes of a direction look like TLS: a handshake's, or records in mid-stream.
/// `None` if they are too few to tell; six always suffice.
#[must_use]
pub fn looks_like_tls(start: &[u8]) -> Option<bool> {
    let known = start.get(..Header::LEN).unwrap_or(start);
    let mut header = [content::APPLICATION_DATA, 3, 1, 0, 1];
    for (place, &byte) in header.iter_mut().zip(known) {
        *place = byte;
    }
    // The bytes still to come are taken for sound ones.
    let [.., high, low] = &mut header;
    if known.len() == 4 {
        *low = u8::from(*high == 0);
    }
    let Some(header) = Header::parse(header) else {
        return Some(false);
    };
    if known.len() < Header::LEN {
        return None;
    }
    if header.content != content::HANDSHAKE {
        return Some(true);
    }
    // A handshake in clear: the type of its message. One that is encrypted may begin with
    // anything, and is not what a stream is recognised by.
    start.get(Header::LEN).map(|kind| matches!(kind, 1 | 2))
}

/// The header of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) content: u8,
    pub(crate) bytes: [u8; Self::LEN],
    payload: usize,
}

impl Header {
    pub(crate) const LEN: usize = 5;

    /// `None` if no record begins like this.
    fn parse(bytes: [u8; Self::LEN]) -> Option<Self> {
        let [content, major, minor, len @ ..] = bytes;
        let payload = usize::from(u16::from_be_bytes(len));
        let is_sound = (content::CHANGE_CIPHER_SPEC..=content::HEARTBEAT).contains(&content)
            && major == 3
            && minor <= 4
            && (1..=MAX_PAYLOAD).contains(&payload);
        is_sound.then_some(Self {
            content,
            bytes,
            payload,
        })
    }

    /// The header that the record would have if its payload were `len` bytes long.
    pub(crate) fn with_length(self, len: usize) -> Option<[u8; Self::LEN]> {
        let [content, major, minor, ..] = self.bytes;
        let [high, low] = u16::try_from(len).ok()?.to_be_bytes();
        Some([content, major, minor, high, low])
    }

    /// How long the record is.
    const fn total(&self) -> usize {
        Self::LEN + self.payload
    }
}

/// A whole record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) header: Header,
    pub(crate) payload: &'a [u8],
}

/// What one direction's bytes turn out to be.
#[derive(Debug)]
pub(crate) enum Piece<'a, M> {
    Record(Record<'a>, Span<M>),
    /// Bytes of which no record could be made.
    Lost {
        bytes: usize,
        reason: Reason,
        span: Span<M>,
    },
}

/// Cuts one direction's bytes into records. It holds at most one of them.
#[derive(Debug)]
pub(crate) struct Records<M> {
    /// The first bytes of a record; while searching, the last few bytes that came.
    partial: Vec<u8>,
    /// The mark of the first of them.
    first: Option<M>,
    /// How many bytes are still to come of a record of which a part was lost.
    skip: usize,
    /// Why the next header is being searched, if it is.
    searching: Option<Reason>,
}

impl<M> Default for Records<M> {
    fn default() -> Self {
        Self {
            partial: Vec::new(),
            first: None,
            skip: 0,
            searching: None,
        }
    }
}

impl<M: Copy> Records<M> {
    /// Bytes held.
    pub(crate) const fn bytes(&self) -> usize {
        self.partial.len()
    }

    /// Takes in the bytes that come next.
    pub(crate) fn feed(&mut self, bytes: &[u8], mark: M, tell: &mut impl FnMut(Piece<'_, M>)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = if self.skip > 0 {
                self.skip_lost(rest, mark, tell)
            } else if self.searching.is_some() {
                self.search(rest, mark, tell)
            } else if self.partial.is_empty() {
                self.begin(rest, mark, tell)
            } else {
                self.go_on(rest, mark, tell)
            };
        }
    }

    /// Takes note that `len` bytes never come; `None` if it is unknown how many. Says whether it
    /// is just one record that is lost.
    pub(crate) fn hole(&mut self, len: Option<u64>, tell: &mut impl FnMut(Piece<'_, M>)) -> bool {
        let held = self.partial.len();
        let begun = self.partial.first_chunk().copied().and_then(Header::parse);
        let left = match begun {
            Some(header) if self.searching.is_none() => header.total().saturating_sub(held),
            _ => self.skip,
        };
        self.give_up(Reason::Hole, tell);
        let len = len.and_then(|len| usize::try_from(len).ok());
        match len.and_then(|len| left.checked_sub(len)) {
            Some(left_then) if left > 0 => {
                self.skip = left_then;
                true
            }
            _ => {
                self.skip = 0;
                self.searching = Some(Reason::Hole);
                false
            }
        }
    }

    /// Gives up the bytes held.
    pub(crate) fn give_up(&mut self, reason: Reason, tell: &mut impl FnMut(Piece<'_, M>)) {
        let bytes = self.partial.len();
        self.partial = Vec::new();
        if let Some(first) = self.first.take()
            && bytes > 0
        {
            let span = Span { first, last: first };
            tell(Piece::Lost {
                bytes,
                reason,
                span,
            });
        }
    }

    fn skip_lost<'b>(
        &mut self,
        bytes: &'b [u8],
        mark: M,
        tell: &mut impl FnMut(Piece<'_, M>),
    ) -> &'b [u8] {
        let (lost, rest) = bytes.split_at(self.skip.min(bytes.len()));
        self.skip -= lost.len();
        tell(Piece::Lost {
            bytes: lost.len(),
            reason: Reason::Hole,
            span: Span {
                first: mark,
                last: mark,
            },
        });
        rest
    }

    /// Tells a record that is all there without holding it.
    fn begin<'b>(
        &mut self,
        bytes: &'b [u8],
        mark: M,
        tell: &mut impl FnMut(Piece<'_, M>),
    ) -> &'b [u8] {
        if let Some((&start, after)) = bytes.split_first_chunk() {
            let Some(header) = Header::parse(start) else {
                self.searching = Some(Reason::BadRecord);
                return bytes;
            };
            if let Some((payload, rest)) = after.split_at_checked(header.payload) {
                let span = Span {
                    first: mark,
                    last: mark,
                };
                tell(Piece::Record(Record { header, payload }, span));
                return rest;
            }
        }
        self.first = Some(mark);
        self.partial.extend_from_slice(bytes);
        &[]
    }

    /// Takes what belongs to the record begun.
    fn go_on<'b>(
        &mut self,
        bytes: &'b [u8],
        mark: M,
        tell: &mut impl FnMut(Piece<'_, M>),
    ) -> &'b [u8] {
        let header = self.partial.first_chunk().copied();
        let wanted = match header.map(Header::parse) {
            None => Header::LEN,
            Some(Some(header)) => header.total(),
            Some(None) => {
                self.searching = Some(Reason::BadRecord);
                return bytes;
            }
        };
        let missing = wanted.saturating_sub(self.partial.len());
        let (taken, rest) = bytes.split_at(missing.min(bytes.len()));
        self.partial.extend_from_slice(taken);
        if let Some((&start, payload)) = self.partial.split_first_chunk()
            && let Some(header) = Header::parse(start)
            && payload.len() == header.payload
        {
            let span = Span {
                first: self.first.unwrap_or(mark),
                last: mark,
            };
            tell(Piece::Record(Record { header, payload }, span));
            self.partial = Vec::new();
            self.first = None;
        }
        rest
    }

    /// Looks for the next header.
    fn search<'b>(
        &mut self,
        bytes: &'b [u8],
        mark: M,
        tell: &mut impl FnMut(Piece<'_, M>),
    ) -> &'b [u8] {
        let reason = self.searching.unwrap_or(Reason::Hole);
        let first = *self.first.get_or_insert(mark);
        let mut lost = 0;
        let mut rest = bytes;
        loop {
            while let Some(&start) = self.partial.first_chunk() {
                if Header::parse(start).is_some() {
                    self.searching = None;
                    break;
                }
                self.partial.remove(0);
                lost += 1;
            }
            match rest.split_first() {
                Some((&byte, after)) if self.searching.is_some() => {
                    self.partial.push(byte);
                    rest = after;
                }
                _ => break,
            }
        }
        if lost > 0 {
            self.first = Some(mark);
            let span = Span { first, last: mark };
            tell(Piece::Lost {
                bytes: lost,
                reason,
                span,
            });
        }
        rest
    }
}

#[cfg(test)]
mod tests;
