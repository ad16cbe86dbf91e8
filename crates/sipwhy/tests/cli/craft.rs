//! Small captures, made byte by byte.

/// A pcap file of raw IPv4 packets that carry UDP from and to port 5060. Each datagram is the last
/// byte of its source in 10.0.0.0/24, that of its destination, and its payload; they are a
/// hundredth of a second apart.
pub(crate) fn pcap(datagrams: &[(u8, u8, Vec<u8>)]) -> Vec<u8> {
    const RAW_IP: u32 = 101;
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, RAW_IP] {
        file.extend(word.to_le_bytes());
    }
    for (index, (source, destination, payload)) in (0_u32..).zip(datagrams) {
        let packet = packet(*source, *destination, payload);
        let length = u32::try_from(packet.len()).unwrap();
        let (seconds, micros) = (index / 100, index % 100 * 10_000);
        for word in [1_800_000_000 + seconds, micros, length, length] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

fn packet(source: u8, destination: u8, payload: &[u8]) -> Vec<u8> {
    let udp_length = u16::try_from(8 + payload.len()).unwrap();
    let mut packet = vec![0x45, 0];
    packet.extend((20 + udp_length).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 17, 0, 0]);
    packet.extend([10, 0, 0, source, 10, 0, 0, destination]);
    packet.extend(5060_u16.to_be_bytes());
    packet.extend(5060_u16.to_be_bytes());
    packet.extend(udp_length.to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(payload);
    packet
}
