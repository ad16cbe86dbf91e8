//! Whether a frame carries media, told without decoding it.

use crate::layer::Path;
use crate::link::{self, Network};
use crate::seen::Seen;
use crate::{FrameId, Limits, LinkType, Ports, Timestamp, ip, udp};

/// Whether a frame carries a datagram that looks like RTP or RTCP: what may be left out first where
/// there is more than can be followed.
///
/// What cannot be told at a glance is no media: fragments, what a tunnel carries, and whatever goes
/// to or comes from a port of SIP.
#[must_use]
pub fn is_media(link_type: LinkType, data: &[u8], ports: &Ports, limits: &Limits) -> bool {
    let nowhere = Seen {
        frame: FrameId { file: 0, number: 0 },
        time: Timestamp::ZERO,
    };
    let network = link::first(link_type, data)
        .and_then(|layer| link::strip(layer, &mut Path::new(nowhere, limits)));
    let Ok(Network::Ip(data)) = network else {
        return false;
    };
    let Ok(packet) = ip::parse(data, limits) else {
        return false;
    };
    packet.protocol == etherparse::ip_number::UDP
        && packet.fragment.is_none()
        && udp::parse(packet.payload, packet.missing).is_ok_and(|udp| {
            !ports.contains(udp.source) && !ports.contains(udp.destination) && udp::is_media(&udp)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An Ethernet frame with a datagram over IPv4, which is a fragment if `fragment` is not 0.
    fn frame(ports: (u16, u16), fragment: u16, payload: &[u8]) -> Vec<u8> {
        let len = payload.len() as u16;
        let mut frame = vec![0; 12];
        frame.extend([0x08, 0x00, 0x45, 0]);
        frame.extend((28 + len).to_be_bytes());
        frame.extend([0, 7]);
        frame.extend(fragment.to_be_bytes());
        frame.extend([64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        frame.extend(ports.0.to_be_bytes());
        frame.extend(ports.1.to_be_bytes());
        frame.extend((8 + len).to_be_bytes());
        frame.extend([0, 0]);
        frame.extend(payload);
        frame
    }

    fn is(frame: &[u8]) -> bool {
        let mut ports = Ports::default();
        ports.insert(15060..=15060);
        is_media(LinkType::ETHERNET, frame, &ports, &Limits::default())
    }

    /// The start of an RTP packet, payload type 0, and of a sender report (RFC 3550 §5.1, §6.4.1).
    const RTP: [u8; 12] = [0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4];
    const RTCP: [u8; 12] = [0x80, 200, 0, 6, 1, 2, 3, 4, 0, 0, 0, 0];

    #[test]
    fn rtp_and_rtcp_are_media_with_and_without_a_tag() {
        assert!(is(&frame((20_000, 30_000), 0, &RTP)));
        assert!(is(&frame((20_001, 30_001), 0, &RTCP)));
        let mut tagged = frame((20_000, 30_000), 0, &RTP);
        tagged.splice(12..12, [0x81, 0x00, 0, 7]);
        assert!(is(&tagged));
    }

    #[test]
    fn whatever_may_be_signalling_is_not() {
        assert!(!is(&frame(
            (20_000, 30_000),
            0,
            b"INVITE sip:bob@example.com"
        )));
        assert!(!is(&frame((20_000, 30_000), 0, b"")));
        // SIP's ports, also those that were given.
        assert!(!is(&frame((5060, 30_000), 0, &RTP)));
        assert!(!is(&frame((20_000, 15_060), 0, &RTP)));
        // A first and a later fragment: the rest of a message may begin with any bytes.
        assert!(!is(&frame((20_000, 30_000), 0x2000, &RTP)));
        assert!(!is(&frame((20_000, 30_000), 0x0010, &RTP)));
        let tcp = {
            let mut frame = frame((20_000, 30_000), 0, &RTP);
            frame[23] = 6;
            frame
        };
        assert!(!is(&tcp));
    }

    #[test]
    fn no_length_is_too_short_to_be_asked() {
        let whole = frame((20_000, 30_000), 0, &RTP);
        // The byte that tells is the 43rd.
        for len in 0..43 {
            assert!(!is(&whole[..len]), "{len}");
        }
        assert!(is(&whole[..43]));
    }
}
