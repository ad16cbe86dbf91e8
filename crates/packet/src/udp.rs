//! UDP (RFC 768).

use etherparse::UdpHeaderSlice;

use crate::Undecoded;

/// The port of DNS (RFC 1035 §4.2.1).
pub(crate) const DNS_PORT: u16 = 53;

/// A UDP datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Udp<'a> {
    pub(crate) source: u16,
    pub(crate) destination: u16,
    pub(crate) checksum: u16,
    /// Length of the payload on the wire, in bytes.
    pub(crate) len: u16,
    /// As much of the payload as was captured.
    pub(crate) payload: &'a [u8],
    /// The whole datagram with its header; empty if a part of it is missing, or there is no length.
    pub(crate) whole: &'a [u8],
    /// Bytes of the payload that were not captured.
    pub(crate) missing: u32,
}

/// Reads a UDP header; `missing` is how many bytes of the packet were not captured.
#[inline]
pub(crate) fn parse(data: &[u8], missing: u32) -> Result<Udp<'_>, Undecoded> {
    let header = UdpHeaderSlice::from_slice(data).map_err(|_| {
        if missing > 0 {
            Undecoded::Truncated
        } else {
            Undecoded::BadHeader
        }
    })?;
    let header_len = header.slice().len();
    let rest = data.get(header_len..).unwrap_or_default();
    let on_wire = rest.len() as u64 + u64::from(missing);
    let length = match usize::from(header.length()) {
        // Left to the network card, or a jumbogram (RFC 2675 §4): all there is.
        0 => on_wire,
        length => {
            let length = length.checked_sub(header_len).ok_or(Undecoded::BadHeader)?;
            (length as u64).min(on_wire)
        }
    };
    let payload = usize::try_from(length)
        .ok()
        .and_then(|len| rest.get(..len))
        .unwrap_or(rest);
    let whole = data.get(..usize::from(header.length()));
    Ok(Udp {
        whole: whole.unwrap_or_default(),
        source: header.source_port(),
        destination: header.destination_port(),
        checksum: header.checksum(),
        len: u16::try_from(length).unwrap_or(u16::MAX),
        payload,
        missing: u32::try_from(length - payload.len() as u64).unwrap_or(u32::MAX),
    })
}

/// Reads a header of UDP-Lite (RFC 3828 §3.1): where UDP has the length, it has how much the
/// checksum covers. The length is the packet's.
pub(crate) fn parse_lite(data: &[u8], missing: u32) -> Result<Udp<'_>, Undecoded> {
    let (&[a, b, c, d, _, _, e, f], payload) =
        data.split_first_chunk::<8>().ok_or(if missing > 0 {
            Undecoded::Truncated
        } else {
            Undecoded::BadHeader
        })?;
    let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
    Ok(Udp {
        source: u16::from_be_bytes([a, b]),
        destination: u16::from_be_bytes([c, d]),
        checksum: u16::from_be_bytes([e, f]),
        len: length.saturating_add(u16::try_from(missing).unwrap_or(u16::MAX)),
        payload,
        whole: &[],
        missing,
    })
}

/// Whether a datagram that is not SIP only keeps a NAT binding open: a few bytes of anything,
/// line ends (RFC 5626 §3.5.1), zeros, or a STUN message (RFC 5626 §3.5.2, RFC 8489 §5).
pub(crate) fn is_keep_alive(payload: &[u8]) -> bool {
    const SHORT: usize = 4;
    payload.len() <= SHORT
        || payload.iter().all(|&byte| byte == 0)
        || payload.iter().all(|byte| b"\r\n \t".contains(byte))
        || is_stun(payload)
}

/// Whether a datagram is a STUN message (RFC 8489 §5), by its first bits, magic cookie and length.
fn is_stun(payload: &[u8]) -> bool {
    const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
    payload.len() >= 20
        && payload.first().is_some_and(|byte| byte & 0xc0 == 0)
        && payload.get(4..8) == Some(&MAGIC_COOKIE[..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_field_cuts_padding_and_tells_what_is_missing() {
        let datagram = |length: u16, data: &[u8]| {
            let mut bytes = vec![0x13, 0xc4, 0x13, 0xc5];
            bytes.extend(length.to_be_bytes());
            bytes.extend([0xab, 0xcd]);
            bytes.extend(data);
            bytes
        };
        let padded = datagram(10, b"hi\0\0");
        let udp = parse(&padded, 0).unwrap();
        assert_eq!((udp.payload, udp.missing, udp.len), (&b"hi"[..], 0, 2));
        assert_eq!(
            (udp.source, udp.destination, udp.checksum),
            (5060, 5061, 0xabcd)
        );
        let cut = datagram(18, b"hi");
        let udp = parse(&cut, 8).unwrap();
        assert_eq!((udp.payload, udp.missing, udp.len), (&b"hi"[..], 8, 10));
        assert_eq!(parse(&datagram(7, b""), 0), Err(Undecoded::BadHeader));
        assert_eq!(parse(&[0; 7], 1), Err(Undecoded::Truncated));
        assert_eq!(parse(&[0; 7], 0), Err(Undecoded::BadHeader));
    }

    #[test]
    fn keep_alives_are_told_from_broken_messages() {
        let mut stun = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        stun.extend([7; 12]);
        for payload in [
            &b""[..],
            b"\r\n",
            b"\r\n\r\n",
            b"\0\0",
            b"jaK\0",
            &[0; 64],
            &stun,
        ] {
            assert!(is_keep_alive(payload), "{payload:?}");
        }
        assert!(!is_keep_alive(b"hello"));
    }
}
