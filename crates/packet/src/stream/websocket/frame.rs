//! WebSocket frames (RFC 6455 §5.2).

use sipwhy_parser::Method;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    /// More of the message in hand.
    Continuation,
    /// The beginning of a message, text or binary: SIP comes in either (RFC 7118 §4.2).
    Message,
    /// The last frame of its direction.
    Close,
    /// A ping or its answer.
    Ping,
}

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Whether the message ends with this frame.
    pub(super) is_last: bool,
    /// Whether the message is compressed (RFC 7692 §6: RSV1 of its first frame).
    pub(super) is_compressed: bool,
    pub(super) opcode: Opcode,
    pub(super) mask: Option<[u8; 4]>,
    /// Bytes of the head.
    pub(super) len: usize,
    /// Bytes of the payload.
    pub(super) payload: u64,
}

/// What the front of some bytes says of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Header(Header),
    /// The head goes on.
    Short,
    /// No frame begins so.
    Invalid,
}

/// Reads the head of a frame.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let Some((&first, rest)) = bytes.split_first() else {
        return Reading::Short;
    };
    let is_last = first & 0x80 != 0;
    let is_compressed = first & 0x40 != 0;
    let opcode = match first & 0x0f {
        0 => Opcode::Continuation,
        1 | 2 => Opcode::Message,
        8 => Opcode::Close,
        9 | 10 => Opcode::Ping,
        _ => return Reading::Invalid,
    };
    let is_control = matches!(opcode, Opcode::Close | Opcode::Ping);
    let may_be_compressed = opcode == Opcode::Message;
    if first & 0x30 != 0 || is_compressed && !may_be_compressed || is_control && !is_last {
        return Reading::Invalid;
    }
    let Some((&second, rest)) = rest.split_first() else {
        return Reading::Short;
    };
    // A length is written in the shortest form that holds it.
    let (payload, rest) = match second & 0x7f {
        126 => match rest.split_first_chunk() {
            Some((length, rest)) => (u64::from(u16::from_be_bytes(*length)), rest),
            None => return Reading::Short,
        },
        127 => match rest.split_first_chunk() {
            Some((length, rest)) => (u64::from_be_bytes(*length), rest),
            None => return Reading::Short,
        },
        short => (u64::from(short), rest),
    };
    let is_shortest = match second & 0x7f {
        126 => payload > 125,
        127 => payload > 0xffff && payload >> 63 == 0,
        _ => true,
    };
    if !is_shortest || is_control && payload > 125 {
        return Reading::Invalid;
    }
    let (mask, rest) = if second & 0x80 == 0 {
        (None, rest)
    } else {
        match rest.split_first_chunk() {
            Some((mask, rest)) => (Some(*mask), rest),
            None => return Reading::Short,
        }
    };
    Reading::Header(Header {
        is_last,
        is_compressed,
        opcode,
        mask,
        len: bytes.len() - rest.len(),
        payload,
    })
}

/// Adds a payload, or the first part of one, to `message`.
pub(super) fn unmask(payload: &[u8], mask: Option<[u8; 4]>, message: &mut Vec<u8>) {
    match mask {
        None => message.extend_from_slice(payload),
        Some(mask) => {
            let masks = mask.iter().cycle();
            message.extend(payload.iter().zip(masks).map(|(byte, mask)| byte ^ mask));
        }
    }
}

/// The result of a search among bytes of which it is not known where a frame begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Search {
    /// A SIP message's first frame begins here.
    Found(usize),
    /// None begins before here.
    NotBefore(usize),
}

/// Searches for the first frame of a SIP message of at most `most` bytes. Compressed ones are not
/// found.
pub(in super::super) fn find_message(bytes: &[u8], most: u64) -> Search {
    let mut at = 0;
    while let Some(rest @ [first, ..]) = bytes.get(at..) {
        if matches!(first, 0x01 | 0x02 | 0x81 | 0x82) {
            match is_message(rest, most) {
                Some(true) => return Search::Found(at),
                Some(false) => {}
                None => return Search::NotBefore(at),
            }
        }
        at += 1;
    }
    Search::NotBefore(bytes.len())
}

/// Whether the first frame of a SIP message begins here; `None` while too little of it is there.
pub(super) fn is_message(bytes: &[u8], most: u64) -> Option<bool> {
    // The longest method that SIP knows, and a space.
    const ENOUGH: usize = 12;
    let header = match read(bytes) {
        Reading::Header(header) => header,
        Reading::Short => return None,
        Reading::Invalid => return Some(false),
    };
    if header.opcode != Opcode::Message
        || header.is_compressed
        || !(ENOUGH as u64..=most).contains(&header.payload)
    {
        return Some(false);
    }
    let payload = bytes.get(header.len..)?.get(..ENOUGH)?;
    let mut start = Vec::with_capacity(ENOUGH);
    unmask(payload, header.mask, &mut start);
    Some(begins_message(&start))
}

/// Whether these few bytes begin a SIP message.
fn begins_message(bytes: &[u8]) -> bool {
    if let Some(rest) = bytes.strip_prefix(b"SIP/2.0 ") {
        return rest.first().is_some_and(u8::is_ascii_digit);
    }
    let space = bytes.iter().position(|&byte| byte == b' ');
    let method = space.and_then(|end| bytes.get(..end)).unwrap_or_default();
    Method::from_bytes(method).is_known()
}
