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
            is_likely(udp.source, udp.destination, udp.payload)
                && !ports.contains(udp.source)
                && !ports.contains(udp.destination)
        })
}

/// Whether an Ethernet frame holds nothing but a datagram over IPv4 that looks like RTP or RTCP:
/// where there is media nearly every frame does, and no layer has to be asked for it to be left.
///
/// Whatever is less plain (tags, options, fragments, lengths left to the network card) is for the
/// layers to tell.
#[inline]
pub(crate) fn is_plain(frame: &[u8], ports: &Ports) -> bool {
    plain_datagram(frame).is_some_and(|(source, destination, payload)| {
        is_likely(source, destination, payload)
            && !ports.contains(source)
            && !ports.contains(destination)
    })
}

/// Whether a datagram between these ports looks like RTP or RTCP (RFC 3550 §5.1), which most of
/// what there is may be: version 2 in its first bits, which begin neither SIP nor HEP, and ports
/// beyond those of tunnels.
#[inline]
pub(crate) fn is_likely(source: u16, destination: u16, payload: &[u8]) -> bool {
    const FIRST_PORT: u16 = 10_000;
    source >= FIRST_PORT
        && destination >= FIRST_PORT
        && payload.first().is_some_and(|byte| byte & 0xc0 == 0x80)
}

/// The ports and the payload of a datagram with nothing but the usual headers before it.
#[inline]
fn plain_datagram(frame: &[u8]) -> Option<(u16, u16, &[u8])> {
    const UDP: u8 = 17;
    /// Of the flags and the offset, what tells a fragment: more of them, and where it belongs.
    const FRAGMENT: u16 = 0x3fff;
    const IP_HEADER: u16 = 20;
    const UDP_HEADER: u16 = 8;
    let (ethernet, packet) = frame.split_first_chunk::<14>()?;
    let (ip, datagram) = packet.split_first_chunk::<20>()?;
    let (udp, payload) = datagram.split_first_chunk::<8>()?;
    let [.., 0x08, 0x00] = *ethernet else {
        return None;
    };
    let [0x45, _, t0, t1, _, _, f0, f1, _, UDP, ..] = *ip else {
        return None;
    };
    let [s0, s1, d0, d1, l0, l1, ..] = *udp;
    let number = |high, low| u16::from_be_bytes([high, low]);
    let holds_something = number(t0, t1) > IP_HEADER + UDP_HEADER
        && number(l0, l1) > UDP_HEADER
        && number(f0, f1) & FRAGMENT == 0;
    holds_something.then(|| (number(s0, s1), number(d0, d1), payload))
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

    fn ports() -> Ports {
        let mut ports = Ports::default();
        ports.insert(15060..=15060);
        ports
    }

    fn is(frame: &[u8]) -> bool {
        is_media(LinkType::ETHERNET, frame, &ports(), &Limits::default())
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
    fn what_is_less_plain_is_left_to_the_layers() {
        let ports = ports();
        let plain = frame((20_000, 30_000), 0, &RTP);
        assert!(is_plain(&plain, &ports));
        let mut tagged = plain.clone();
        tagged.splice(12..12, [0x81, 0x00, 0, 7]);
        // A tag; four more bytes of IP header; no length from IP, none from UDP.
        for (at, value) in [(13, 0xdd), (14, 0x46), (17, 0), (39, 0)] {
            let mut other = plain.clone();
            other[at] = value;
            assert!(!is_plain(&other, &ports), "{at}");
        }
        assert!(!is_plain(&tagged, &ports));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_plain_media_that_the_layers_take_for_something_else(
            damage in proptest::collection::vec((0_usize..54, proptest::num::u8::ANY), 0..4),
            length in 0_usize..60,
        ) {
            let mut frame = frame((20_000, 30_000), 0, &RTP);
            for (at, byte) in damage {
                frame[at] = byte;
            }
            frame.truncate(length);
            proptest::prop_assert!(!is_plain(&frame, &ports()) || is(&frame));
        }
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
