//! HEP packets that came to a listener, made frames that a capture file can hold.

use sipwhy_packet::{Frame, LinkType};

/// The lengths of an IPv4 header without options and of a UDP header, in bytes.
const IPV4_HEADER: usize = 20;
const UDP_HEADER: usize = 8;
const UDP: u8 = 17;
/// As where the packet came to there is no other host to name: who sent it is not kept.
const LOOPBACK: [u8; 4] = [127, 0, 0, 1];
/// The port of HEP, which readers go by.
const PORT: u16 = crate::live::HEP_PORT;

/// The longest HEP packet that has room in an IPv4 datagram, in bytes.
pub const MOST_IN_ENVELOPE: usize = u16::MAX as usize - IPV4_HEADER - UDP_HEADER;

/// A HEP packet in a UDP datagram, for files: [`LinkType::HEP`] has no number in them.
#[derive(Clone, Debug, Default)]
pub struct Envelope(Vec<u8>);

impl Envelope {
    /// Puts a HEP packet in a datagram from and to the HEP port of 127.0.0.1. `None` when it is
    /// longer than [`MOST_IN_ENVELOPE`], as only a packet over TCP can be.
    pub fn around<'e>(&'e mut self, frame: &Frame<'_>) -> Option<Frame<'e>> {
        let udp = u16::try_from(frame.data.len() + UDP_HEADER).ok()?;
        let total = udp.checked_add(IPV4_HEADER as u16)?;
        let [total_high, total_low] = total.to_be_bytes();
        let [port_high, port_low] = PORT.to_be_bytes();
        let [udp_high, udp_low] = udp.to_be_bytes();
        let mut header = [0; IPV4_HEADER];
        // Version 4, five words; no fragment; as many hops as hosts usually allow.
        header[0] = 0x45;
        header[2..4].copy_from_slice(&[total_high, total_low]);
        header[8..10].copy_from_slice(&[64, UDP]);
        header[12..16].copy_from_slice(&LOOPBACK);
        header[16..20].copy_from_slice(&LOOPBACK);
        let sum = checksum(&header);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
        let bytes = &mut self.0;
        bytes.clear();
        bytes.extend(header);
        // Its checksum is left out (RFC 768).
        bytes.extend([port_high, port_low, port_high, port_low]);
        bytes.extend([udp_high, udp_low, 0, 0]);
        bytes.extend(frame.data);
        Some(Frame {
            link_type: LinkType::IPV4,
            original_len: total.into(),
            data: bytes,
            ..*frame
        })
    }
}

/// The checksum of a header (RFC 1071).
fn checksum(header: &[u8; IPV4_HEADER]) -> u16 {
    let (words, _) = header.as_chunks::<2>();
    let sum: u32 = words
        .iter()
        .map(|word| u32::from(u16::from_be_bytes(*word)))
        .sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    !(folded as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipwhy_packet::{FrameId, Timestamp};

    fn hep(data: &[u8]) -> Frame<'_> {
        Frame {
            id: FrameId { file: 0, number: 3 },
            time: Timestamp::from_nanos(7),
            link_type: LinkType::HEP,
            data,
            original_len: data.len() as u32,
        }
    }

    #[test]
    fn headers_are_those_of_a_datagram() {
        let mut envelope = Envelope::default();
        let frame = envelope.around(&hep(b"HEP3")).unwrap();
        assert_eq!(frame.link_type, LinkType::IPV4);
        assert_eq!((frame.id.number, frame.original_len), (3, 32));
        assert_eq!(frame.data[10..12], [0x7c, 0xcb]);
        assert_eq!(frame.data[20..28], [0x23, 0x64, 0x23, 0x64, 0, 12, 0, 0]);
        assert_eq!(frame.data[28..], *b"HEP3");
    }

    #[test]
    fn what_has_no_room_is_refused() {
        let mut envelope = Envelope::default();
        let longest = vec![0; MOST_IN_ENVELOPE];
        assert!(envelope.around(&hep(&longest)).is_some());
        let longer = vec![0; MOST_IN_ENVELOPE + 1];
        assert!(envelope.around(&hep(&longer)).is_none());
    }
}
