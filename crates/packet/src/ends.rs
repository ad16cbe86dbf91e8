//! Between whom a frame went, looked at alone.

use std::net::{IpAddr, SocketAddr};

use etherparse::ip_number;

use crate::layer::Path;
use crate::link::{self, Network};
use crate::seen::Seen;
use crate::{Frame, Limits, ip, tunnel, udp};

/// Between whom the innermost packet of a frame went that can be told without other frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Who sent it; the port is 0 where there is none to be seen.
    pub source: SocketAddr,
    /// Who was to receive it.
    pub destination: SocketAddr,
    /// Whether it is a fragment, of which the ports are not told.
    pub is_fragment: bool,
}

impl Ends {
    /// Those of a frame; `None` if there is no IP packet in it.
    #[must_use]
    pub fn of(frame: &Frame<'_>, limits: &Limits) -> Option<Self> {
        let seen = Seen {
            frame: frame.id,
            time: frame.time,
        };
        let mut path = Path::new(seen, limits);
        let mut next = link::first(frame.link_type, frame.data).ok();
        let mut innermost = None;
        while let Some(layer) = next {
            let Ok(Network::Ip(data)) = link::strip(layer, &mut path) else {
                break;
            };
            let Ok(packet) = ip::parse(data, limits) else {
                break;
            };
            let ports = ports(&packet).unwrap_or_default();
            innermost = Some(Self::between(&packet, ports));
            if packet.fragment.is_some() || path.descend().is_err() {
                break;
            }
            next = match packet.protocol {
                ip_number::UDP => udp::parse(packet.payload, packet.missing)
                    .and_then(|datagram| tunnel::in_datagram(&datagram))
                    .ok()
                    .flatten()
                    .map(|carried| carried.layer),
                other => tunnel::kind(other).map(|kind| kind.of(packet.payload)),
            };
        }
        innermost
    }

    fn between(packet: &ip::Packet<'_>, ports: (u16, u16)) -> Self {
        let socket = |address: IpAddr, port| SocketAddr::new(address, port);
        Self {
            source: socket(packet.source, ports.0),
            destination: socket(packet.destination, ports.1),
            is_fragment: packet.fragment.is_some(),
        }
    }
}

/// The ports of a packet: with UDP, TCP and SCTP alike they are the first four bytes.
fn ports(packet: &ip::Packet<'_>) -> Option<(u16, u16)> {
    let has_ports = matches!(
        packet.protocol,
        ip_number::UDP | ip_number::UDP_LITE | ip_number::TCP | ip_number::SCTP
    );
    let (&[a, b, c, d], _) = packet.payload.split_first_chunk::<4>()?;
    (has_ports && packet.fragment.is_none())
        .then(|| (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrameId, LinkType, Timestamp};

    fn ends(link_type: LinkType, data: &[u8]) -> Option<(String, String, bool)> {
        let frame = Frame {
            id: FrameId { file: 0, number: 1 },
            time: Timestamp::ZERO,
            link_type,
            data,
            original_len: data.len() as u32,
        };
        let ends = Ends::of(&frame, &Limits::default())?;
        let (source, destination) = (ends.source.to_string(), ends.destination.to_string());
        Some((source, destination, ends.is_fragment))
    }

    /// An IPv4 packet; `flags` are those of fragments, with the offset.
    fn v4(protocol: u8, flags: u16, hosts: [u8; 2], payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x45, 0];
        packet.extend((20 + payload.len() as u16).to_be_bytes());
        packet.extend([0, 7]);
        packet.extend(flags.to_be_bytes());
        packet.extend([64, protocol, 0, 0, 10, 0, 0, hosts[0], 10, 0, 0, hosts[1]]);
        packet.extend(payload);
        packet
    }

    #[test]
    fn ends_are_those_of_the_innermost_packet() {
        const PORTS: [u8; 8] = [0x13, 0xc4, 0x13, 0xc5, 0, 8, 0, 0];
        let told = |source: &str, destination: &str, is_fragment| {
            Some((source.to_owned(), destination.to_owned(), is_fragment))
        };
        let direct = told("10.0.0.1:5060", "10.0.0.2:5061", false);
        for protocol in [6, 17, 132] {
            let packet = v4(protocol, 0, [1, 2], &PORTS);
            assert_eq!(ends(LinkType::RAW, &packet), direct);
            // IP in IP.
            let outer = v4(4, 0, [3, 4], &packet);
            assert_eq!(ends(LinkType::RAW, &outer), direct);
        }
        let ping = v4(1, 0, [1, 2], &PORTS);
        assert_eq!(
            ends(LinkType::RAW, &ping),
            told("10.0.0.1:0", "10.0.0.2:0", false)
        );
        for flags in [0x2000, 0x2001, 0x0001] {
            let fragment = v4(17, flags, [1, 2], &PORTS);
            let hosts = told("10.0.0.1:0", "10.0.0.2:0", true);
            assert_eq!(ends(LinkType::RAW, &fragment), hosts);
        }
        let broken = v4(4, 0, [3, 4], &[0x45]);
        assert_eq!(
            ends(LinkType::RAW, &broken),
            told("10.0.0.3:0", "10.0.0.4:0", false)
        );
        assert_eq!(ends(LinkType::RAW, &[]), None);
        assert_eq!(ends(LinkType(147), &ping), None);
    }

    #[test]
    fn packets_within_packets_come_to_an_end() {
        let mut packet = v4(17, 0, [1, 2], &[0; 8]);
        for _ in 0..100 {
            packet = v4(4, 0, [3, 4], &packet);
        }
        assert!(ends(LinkType::RAW, &packet).is_some());
    }
}
