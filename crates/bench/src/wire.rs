//! Ethernet, IPv4, UDP and TCP headers with right lengths and checksums.

use std::net::Ipv4Addr;

/// Ethernet and IPv4 without options.
const LINK_AND_IP: usize = 14 + 20;
/// The largest UDP payload that one Ethernet frame carries.
pub const MAX_DATAGRAM: usize = 1500 - 20 - 8;
/// The largest TCP payload that one Ethernet frame carries.
pub const MAX_SEGMENT: usize = 1500 - 20 - 20;

/// TCP flags.
pub mod flag {
    /// Opens a connection.
    pub const SYN: u8 = 0x02;
    /// Hands over at once.
    pub const PSH: u8 = 0x08;
    /// The acknowledgement number counts.
    pub const ACK: u8 = 0x10;
}

/// Who sends to whom.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    /// Source address and port.
    pub from: (Ipv4Addr, u16),
    /// Destination address and port.
    pub to: (Ipv4Addr, u16),
}

/// The headers of a UDP datagram.
#[must_use]
pub fn udp(flow: Flow, ip_id: u16, payload: &[u8]) -> [u8; LINK_AND_IP + 8] {
    let mut head = [0u8; LINK_AND_IP + 8];
    let length = 8 + payload.len() as u16;
    link_and_ip(&mut head, flow, ip_id, 17, length);
    head[34..36].copy_from_slice(&flow.from.1.to_be_bytes());
    head[36..38].copy_from_slice(&flow.to.1.to_be_bytes());
    head[38..40].copy_from_slice(&length.to_be_bytes());
    let checksum = match transport_checksum(flow, 17, &head[34..42], payload) {
        // 0 on the wire means "not computed" (RFC 768).
        0 => 0xffff,
        sum => sum,
    };
    head[40..42].copy_from_slice(&checksum.to_be_bytes());
    head
}

/// The headers of a TCP segment.
#[must_use]
pub fn tcp(
    flow: Flow,
    ip_id: u16,
    sequence: u32,
    acknowledged: u32,
    flags: u8,
    payload: &[u8],
) -> [u8; LINK_AND_IP + 20] {
    let mut head = [0u8; LINK_AND_IP + 20];
    link_and_ip(&mut head, flow, ip_id, 6, 20 + payload.len() as u16);
    head[34..36].copy_from_slice(&flow.from.1.to_be_bytes());
    head[36..38].copy_from_slice(&flow.to.1.to_be_bytes());
    head[38..42].copy_from_slice(&sequence.to_be_bytes());
    head[42..46].copy_from_slice(&acknowledged.to_be_bytes());
    head[46] = 5 << 4;
    head[47] = flags;
    head[48..50].copy_from_slice(&64_240u16.to_be_bytes());
    let checksum = transport_checksum(flow, 6, &head[34..54], payload);
    head[50..52].copy_from_slice(&checksum.to_be_bytes());
    head
}

fn link_and_ip(head: &mut [u8], flow: Flow, ip_id: u16, protocol: u8, length: u16) {
    head[0..6].copy_from_slice(&mac(flow.to.0));
    head[6..12].copy_from_slice(&mac(flow.from.0));
    head[12..14].copy_from_slice(&0x0800u16.to_be_bytes());
    head[14] = 0x45;
    head[16..18].copy_from_slice(&(20 + length).to_be_bytes());
    head[18..20].copy_from_slice(&ip_id.to_be_bytes());
    head[20] = 0x40; // don't fragment
    head[22] = 64;
    head[23] = protocol;
    head[26..30].copy_from_slice(&flow.from.0.octets());
    head[30..34].copy_from_slice(&flow.to.0.octets());
    let checksum = fold(sum(&head[14..34]));
    head[24..26].copy_from_slice(&checksum.to_be_bytes());
}

/// A locally administered address that shows the IPv4 address.
fn mac(address: Ipv4Addr) -> [u8; 6] {
    let [a, b, c, d] = address.octets();
    [0x02, 0x00, a, b, c, d]
}

fn transport_checksum(flow: Flow, protocol: u8, head: &[u8], payload: &[u8]) -> u16 {
    let length = (head.len() + payload.len()) as u64;
    let pseudo =
        sum(&flow.from.0.octets()) + sum(&flow.to.0.octets()) + u64::from(protocol) + length;
    fold(pseudo + sum(head) + sum(payload))
}

/// The sum of big-endian 32-bit words: it folds to the same value as one of 16-bit words does,
/// in half the steps. `head` parts must have even length, which headers have.
fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<4>();
    let total: u64 = words
        .iter()
        .map(|word| u64::from(u32::from_be_bytes(*word)))
        .sum();
    let mut last = [0u8; 4];
    last[..rest.len()].copy_from_slice(rest);
    total + u64::from(u32::from_be_bytes(last))
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_verify_to_zero() {
        let flow = Flow {
            from: (Ipv4Addr::new(10, 0, 0, 1), 5060),
            to: (Ipv4Addr::new(10, 0, 0, 2), 5062),
        };
        for payload in [&b"OPTIONS"[..], b"", b"ab"] {
            let head = udp(flow, 7, payload);
            assert_eq!(fold(sum(&head[14..34])), 0);
            assert_eq!(transport_checksum(flow, 17, &head[34..], payload), 0);
            let head = tcp(flow, 7, 1, 2, flag::ACK, payload);
            assert_eq!(transport_checksum(flow, 6, &head[34..], payload), 0);
        }
    }
}
