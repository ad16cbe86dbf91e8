//! Chunks (RFC 9260 §3.2).

use crate::Undecoded;

/// What a chunk means to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chunk<'a> {
    /// DATA, or I-DATA (RFC 8260): a user message or a part of one.
    Data(Data<'a>),
    /// INIT: the source asks for an association.
    Init(Start),
    /// INIT ACK: the source accepts it.
    InitAck(Start),
    /// ABORT: the source refuses or ends it.
    Abort,
    /// SHUTDOWN, or SHUTDOWN ACK: the source has no more to send.
    Shutdown,
    /// FORWARD TSN (RFC 3758): nothing up to this number will come any more.
    Forward(u32),
    /// Any other, known or not.
    Other,
}

/// What INIT and INIT ACK say of the direction they go in, and of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// The tag that packets of the other direction carry.
    pub(super) tag: u32,
    /// The number of the first DATA chunk in this direction.
    pub(super) tsn: u32,
}

/// A part of a user message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Data<'a> {
    /// Its number among all chunks of its direction.
    pub(super) tsn: u32,
    /// Which part of which message it is.
    pub(super) part: Part,
    pub(super) is_first: bool,
    pub(super) is_last: bool,
    pub(super) payload: &'a [u8],
    /// Bytes of it that were not captured.
    pub(super) missing: u32,
}

/// How the parts of a message find each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// DATA: they have consecutive transmission sequence numbers (RFC 9260 §6.9).
    Consecutive,
    /// I-DATA: they are counted on their own.
    Numbered {
        /// Stream, order and message identifier.
        message: u64,
        /// From 0.
        number: u32,
    },
}

/// The chunks of a packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunks<'a> {
    rest: &'a [u8],
    missing: u32,
}

impl<'a> Chunks<'a> {
    pub(super) fn new(chunks: &'a [u8], missing: u32) -> Self {
        Self {
            rest: chunks,
            missing,
        }
    }

    /// The next chunk; an error ends the packet.
    fn read(&mut self) -> Result<Chunk<'a>, Undecoded> {
        let too_short = if self.missing > 0 {
            Undecoded::Truncated
        } else {
            Undecoded::BadHeader
        };
        let whole = std::mem::take(&mut self.rest);
        let (&[kind, flags, high, low], after) = whole.split_first_chunk().ok_or(too_short)?;
        let length = usize::from(u16::from_be_bytes([high, low]));
        let value_len = length.checked_sub(4).ok_or(Undecoded::BadHeader)?;
        let value = match after.get(..value_len) {
            Some(value) => value,
            None if self.missing > 0 => after,
            None => return Err(Undecoded::BadHeader),
        };
        // Padding may be left out behind the last chunk.
        self.rest = whole.get(length.next_multiple_of(4)..).unwrap_or_default();
        let missing = u32::try_from(value_len - value.len()).unwrap_or(u32::MAX);
        chunk(kind, flags, value, missing).ok_or(too_short)
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, Undecoded>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let chunk = self.read();
        if chunk.is_err() {
            self.rest = &[];
        }
        Some(chunk)
    }
}

/// What a chunk is; `None` when it is too short for its type.
fn chunk(kind: u8, flags: u8, value: &[u8], missing: u32) -> Option<Chunk<'_>> {
    const DATA: u8 = 0;
    const INIT: u8 = 1;
    const INIT_ACK: u8 = 2;
    const ABORT: u8 = 6;
    const SHUTDOWN: u8 = 7;
    const SHUTDOWN_ACK: u8 = 8;
    const I_DATA: u8 = 64;
    const FORWARD_TSN: u8 = 192;
    const I_FORWARD_TSN: u8 = 194;
    Some(match kind {
        DATA => {
            let (&[a, b, c, d, ..], payload) = value.split_first_chunk::<12>()?;
            let tsn = u32::from_be_bytes([a, b, c, d]);
            Chunk::Data(data(tsn, Part::Consecutive, flags, payload, missing))
        }
        I_DATA => {
            let (header, payload) = value.split_first_chunk::<16>()?;
            let [a, b, c, d, s, t, _, _, m0, m1, m2, m3, f0, f1, f2, f3] = *header;
            // The first part has a protocol identifier where the others have their number.
            let is_first = flags & FIRST != 0;
            let number = u32::from_be_bytes([f0, f1, f2, f3]);
            let unordered = u8::from(flags & UNORDERED != 0);
            let part = Part::Numbered {
                message: u64::from_be_bytes([0, unordered, s, t, m0, m1, m2, m3]),
                number: if is_first { 0 } else { number },
            };
            let tsn = u32::from_be_bytes([a, b, c, d]);
            Chunk::Data(data(tsn, part, flags, payload, missing))
        }
        INIT => Chunk::Init(start(value)?),
        INIT_ACK => Chunk::InitAck(start(value)?),
        ABORT => Chunk::Abort,
        SHUTDOWN | SHUTDOWN_ACK => Chunk::Shutdown,
        FORWARD_TSN | I_FORWARD_TSN => {
            let (&tsn, _) = value.split_first_chunk()?;
            Chunk::Forward(u32::from_be_bytes(tsn))
        }
        _ => Chunk::Other,
    })
}

/// Flags of DATA and I-DATA.
const LAST: u8 = 1;
const FIRST: u8 = 1 << 1;
const UNORDERED: u8 = 1 << 2;

fn data(tsn: u32, part: Part, flags: u8, payload: &[u8], missing: u32) -> Data<'_> {
    Data {
        tsn,
        part,
        is_first: flags & FIRST != 0,
        is_last: flags & LAST != 0,
        payload,
        missing,
    }
}

/// The fixed part of INIT and INIT ACK (RFC 9260 §3.3.2): tag, window, streams, first number.
fn start(value: &[u8]) -> Option<Start> {
    let (&[a, b, c, d, .., w, x, y, z], _) = value.split_first_chunk::<16>()?;
    Some(Start {
        tag: u32::from_be_bytes([a, b, c, d]),
        tsn: u32::from_be_bytes([w, x, y, z]),
    })
}
