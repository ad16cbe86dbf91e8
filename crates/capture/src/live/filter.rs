//! What the kernel lets through.

use sipwhy_packet::Ports;

/// With more ranges of ports than this, all of UDP and TCP is let through: the kernel takes only
/// programs of 4096 instructions, and libpcap takes seconds to make such long ones.
pub const MOST_RANGES: usize = 16;

/// The default filter, in libpcap's language: what the given ports say, and what explains why they
/// say nothing. `None` lets everything through, for SIP on any port.
///
/// Beside UDP, TCP and SCTP on the ports, the kernel passes on
/// * later fragments, since only the first one of a packet has its ports: IPv4 by offset, IPv6 by
///   its fragment header; other IPv6 extension headers too, behind which libpcap finds no ports;
/// * ICMP and ICMPv6, neighbour discovery included, and ARP: nobody there, port unreachable;
/// * DNS over UDP: where a host name in a message led.
///
/// With `vlan`, the same again behind one or two VLAN tags. Not every link type takes that word;
/// where it does not, the kernel has taken the tags off already.
#[must_use]
pub fn port_filter(ports: &Ports, vlan: bool) -> Option<String> {
    if ports.is_any() {
        return None;
    }
    let ranges: Vec<_> = ports.ranges().take(MOST_RANGES + 1).collect();
    let mut parts = Vec::with_capacity(ranges.len() + 6);
    if ranges.len() > MOST_RANGES {
        parts.push("udp or tcp".to_owned());
    } else {
        parts.extend(
            ranges
                .iter()
                .map(|range| match (range.start(), range.end()) {
                    (start, end) if start == end => format!("port {start}"),
                    (start, end) => format!("portrange {start}-{end}"),
                }),
        );
    }
    parts.extend(
        [
            "udp port 53",
            "icmp",
            "icmp6",
            "arp",
            "(ip and ip[6:2] & 0x1fff != 0)",
            // Hop-by-hop options, routing, fragment and destination options headers.
            "(ip6 and (ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60))",
        ]
        .map(str::to_owned),
    );
    let plain = parts.join(" or ");
    Some(if vlan {
        // From the word on, libpcap reads everything one tag further on, so the order matters.
        format!("{plain} or (vlan and ({plain} or (vlan and ({plain}))))")
    } else {
        plain
    })
}

#[cfg(test)]
mod tests {
    use pcap::{BpfProgram, Capture, Linktype};

    use super::*;

    fn compiled(ports: &str, vlan: bool, link: Linktype) -> Result<BpfProgram, pcap::Error> {
        let filter = port_filter(&ports.parse().unwrap(), vlan).unwrap();
        Capture::dead(link).unwrap().compile(&filter, true)
    }

    /// An Ethernet frame: tags, EtherType and what follows.
    fn ethernet(tags: usize, ether_type: u16, rest: &[u8]) -> Vec<u8> {
        let mut frame = vec![2; 12];
        for _ in 0..tags {
            frame.extend([0x81, 0, 0, 7]);
        }
        frame.extend(ether_type.to_be_bytes());
        frame.extend(rest);
        frame.resize(frame.len() + 40, 0);
        frame
    }

    fn ipv4(protocol: u8, offset: u16, source: u16, destination: u16) -> Vec<u8> {
        let mut packet = vec![0x45, 0, 0, 60, 0, 1];
        packet.extend(offset.to_be_bytes());
        packet.extend([64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        packet.extend(source.to_be_bytes());
        packet.extend(destination.to_be_bytes());
        packet
    }

    fn ipv6(next: u8, source: u16, destination: u16) -> Vec<u8> {
        let mut packet = vec![0x60, 0, 0, 0, 0, 20, next, 64];
        packet.extend([0xfd; 32]);
        packet.extend(source.to_be_bytes());
        packet.extend(destination.to_be_bytes());
        packet
    }

    #[test]
    fn passes_what_explains_and_nothing_else() {
        let program = compiled("5060,5080-5090", true, Linktype::ETHERNET).unwrap();
        for tags in 0..=2 {
            let v4 = |packet: Vec<u8>| program.filter(&ethernet(tags, 0x0800, &packet));
            let v6 = |packet: Vec<u8>| program.filter(&ethernet(tags, 0x86dd, &packet));
            for port in [5060, 5080, 5085, 5090] {
                for protocol in [6, 17, 132] {
                    assert!(v4(ipv4(protocol, 0, port, 9)), "{tags} {protocol} {port}");
                    assert!(v4(ipv4(protocol, 0, 9, port)), "{tags} {protocol} {port}");
                    assert!(v6(ipv6(protocol, port, 9)), "{tags} {protocol} {port}");
                }
            }
            assert!(v4(ipv4(17, 0, 53, 9)) && v6(ipv6(17, 9, 53)), "DNS, {tags}");
            assert!(v4(ipv4(1, 0, 0, 0)) && v6(ipv6(58, 0, 0)), "ICMP, {tags}");
            assert!(program.filter(&ethernet(tags, 0x0806, &[])), "ARP, {tags}");
            assert!(v4(ipv4(17, 185, 1, 1)), "a later fragment, {tags}");
            assert!(v4(ipv4(17, 0x2000, 9, 5060)), "a first fragment, {tags}");
            for next in [0, 43, 44, 60] {
                assert!(v6(ipv6(next, 0, 0)), "extension header {next}, {tags}");
            }
            assert!(!v4(ipv4(17, 0, 5061, 30_000)), "RTP, {tags}");
            assert!(
                !v4(ipv4(17, 0x2000, 9, 10)),
                "a first fragment of something else, {tags}"
            );
            assert!(!v6(ipv6(6, 443, 30_000)), "{tags}");
            assert!(!v4(ipv4(6, 0, 53, 9)), "{tags}");
            assert!(
                !program.filter(&ethernet(tags, 0x88cc, &[])),
                "LLDP, {tags}"
            );
        }
    }

    #[test]
    fn compiles_on_every_link_type() {
        let takes_vlan = |link| compiled("5060", true, link).is_ok();
        assert!(takes_vlan(Linktype::ETHERNET));
        for link in [0, 1, 12, 108, 113, 228, 229, 276] {
            assert!(
                compiled("5060", false, Linktype(link)).is_ok(),
                "link type {link}"
            );
        }
    }

    #[test]
    fn stays_within_what_the_kernel_takes() {
        let ports: Vec<_> = (0..MOST_RANGES)
            .map(|n| format!("{}-{}", n * 9 + 1, n * 9 + 5))
            .collect();
        let program = compiled(&ports.join(","), true, Linktype::ETHERNET).unwrap();
        assert!(
            program.get_instructions().len() <= 4_096,
            "{}",
            program.get_instructions().len()
        );
        let ports: Vec<_> = (0..1_000).map(|n| (n * 2 + 1).to_string()).collect();
        let program = compiled(&ports.join(","), true, Linktype::ETHERNET).unwrap();
        assert!(program.get_instructions().len() <= 4_096);
        assert!(program.filter(&ethernet(0, 0x0800, &ipv4(17, 0, 1, 9_999))));
    }

    #[test]
    fn any_port_lets_everything_through() {
        assert_eq!(port_filter(&Ports::any(), true), None);
    }
}
