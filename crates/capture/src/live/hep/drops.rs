//! What the kernel dropped of a UDP socket, where the system tells.

use std::fs;
use std::net::{IpAddr, SocketAddr};

/// How many datagrams the kernel dropped since their buffer was full, of the sockets bound to this
/// address; 0 where that is not known. Linux lists it (`man 5 proc`).
pub(super) fn dropped(address: SocketAddr) -> u64 {
    let list = if address.is_ipv4() {
        "/proc/net/udp"
    } else {
        "/proc/net/udp6"
    };
    fs::read_to_string(list).map_or(0, |list| in_list(&list, address))
}

/// The drops in the last column of the sockets with this local address, the second.
fn in_list(list: &str, address: SocketAddr) -> u64 {
    let local = as_listed(address);
    list.lines()
        .filter(|line| line.split_whitespace().nth(1) == Some(&local))
        .filter_map(|line| line.split_whitespace().last()?.parse::<u64>().ok())
        .sum()
}

/// An address as the kernel prints it: words of 32 bits in the order of the host.
fn as_listed(address: SocketAddr) -> String {
    use std::fmt::Write as _;
    let octets = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let (words, _) = octets.as_chunks::<4>();
    let mut text = String::new();
    for word in words {
        let _ = write!(text, "{:08X}", u32::from_ne_bytes(*word));
    }
    let _ = write!(text, ":{:04X}", address.port());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drops_of_the_socket_are_found() {
        let address = "127.0.0.1:9060".parse().unwrap();
        let local = as_listed(address);
        let list = format!(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  \
             timeout inode ref pointer drops\n\
             1: {local} 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 1 2 0 17\n\
             2: 00000000:2364 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 1 2 0 5\n"
        );
        assert_eq!(in_list(&list, address), 17);
        assert_eq!(
            as_listed("[::]:1".parse().unwrap()),
            format!("{}:0001", "0".repeat(32))
        );
    }
}
