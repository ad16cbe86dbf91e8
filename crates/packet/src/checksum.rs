//! The internet checksum (RFC 1071).

use std::net::IpAddr;

use etherparse::IpNumber;

use crate::ip::Packet;

/// A ones' complement sum on its way, in the byte order of most hosts: only whether the result is
/// zero is asked for, and that is the same in both orders (RFC 1071 §2).
///
/// The sum is over eight bytes at a time and keeps what carries, which a sum over two bytes each
/// would have to carry every time: 2^16 is 1 modulo 2^16 - 1, and so are its powers.
#[derive(Clone, Copy)]
struct Sum(u128);

impl Sum {
    /// Adds bytes, an odd one at their end as if a zero followed.
    fn add(&mut self, data: &[u8]) {
        // Many at once, so that less is spent on counting them.
        let (blocks, rest) = data.as_chunks::<64>();
        // In lanes that do not wait for each other, which the compiler makes vectors of: that takes
        // more instructions than to add eight bytes at a time with carry, and half the time.
        let mut lanes = [0_u64; 16];
        for block in blocks {
            let (words, _) = block.as_chunks::<4>();
            for (lane, word) in lanes.iter_mut().zip(words) {
                *lane += u64::from(u32::from_le_bytes(*word));
            }
        }
        // 2^32, by which each second word counts more, is 1 as well.
        self.0 += u128::from(lanes.into_iter().sum::<u64>());
        let rest = self.add_words(rest);
        let unused = 64 - 8 * rest.len() as u32;
        let last = match data.last_chunk::<8>() {
            // They end with `rest`; what was added already is shifted out.
            Some(last) => u64::from_le_bytes(*last).checked_shr(unused),
            None => rest
                .iter()
                .rev()
                .map(|&byte| u64::from(byte))
                .reduce(|last, byte| last << 8 | byte),
        };
        self.0 += u128::from(last.unwrap_or(0));
    }

    /// Adds groups of eight bytes. Gives what is left.
    #[inline]
    fn add_words<'a>(&mut self, data: &'a [u8]) -> &'a [u8] {
        let (words, rest) = data.as_chunks::<8>();
        for word in words {
            self.0 += u128::from(u64::from_le_bytes(*word));
        }
        rest
    }

    /// Whether the sum over everything, checksum and all, is what it has to be.
    fn is_right(self) -> bool {
        // What does not fit is carried to the front, and again what the first carry left over.
        let sum = (self.0 >> 64) as u64;
        let (sum, carry) = sum.overflowing_add(self.0 as u64);
        let sum = (sum >> 32) + (sum & 0xffff_ffff) + u64::from(carry);
        let sum = (sum >> 16) + (sum & 0xffff);
        let sum = (sum >> 16) + (sum & 0xffff);
        let sum = (sum >> 16) + (sum & 0xffff);
        sum == 0xffff
    }
}

/// Whether a header with a checksum over itself is as it was sent.
pub(crate) fn is_right(header: &[u8]) -> bool {
    let mut sum = Sum(0);
    sum.add(header);
    sum.is_right()
}

/// Whether a datagram or segment with a checksum over itself, its addresses, protocol and length
/// is as it was sent (RFC 768, RFC 9293 §3.1, RFC 8200 §8.1).
fn is_right_between(source: IpAddr, destination: IpAddr, protocol: IpNumber, data: &[u8]) -> bool {
    let number = |address| match address {
        IpAddr::V4(address) => u128::from(address.to_bits().swap_bytes()),
        IpAddr::V6(address) => {
            let bits = address.to_bits().swap_bytes();
            (bits >> 64) + (bits & u128::from(u64::MAX))
        }
    };
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX).swap_bytes();
    let protocol = u16::from(protocol.0).swap_bytes();
    let mut sum = Sum(number(source) + number(destination));
    sum.0 += u128::from(length) + u128::from(protocol);
    sum.add(data);
    sum.is_right()
}

/// Whether the checksums of a packet are right, as far as there are any: the header's, unless it
/// came in fragments, and that of the whole segment or datagram, which is empty when it is not all
/// there.
pub(crate) fn are_right(packet: &Packet<'_>, whole: &[u8], has_checksum: bool) -> bool {
    let is_right = packet.header.is_empty() || is_right(packet.header);
    let Packet {
        source,
        destination,
        protocol,
        ..
    } = *packet;
    is_right
        && (!has_checksum
            || whole.is_empty()
            || is_right_between(source, destination, protocol, whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 1071 §4.1, as it is written there.
    fn plain(data: &[u8]) -> u16 {
        let mut sum = 0_u32;
        for pair in data.chunks(2) {
            let low = pair.get(1).copied().unwrap_or_default();
            sum += u32::from(u16::from_be_bytes([pair[0], low]));
            sum = (sum & 0xffff) + (sum >> 16);
        }
        !(sum as u16)
    }

    proptest! {
        #[test]
        fn agrees_with_the_plain_way(
            mut data in prop::collection::vec(any::<u8>(), 4..300),
            is_right_one: bool,
            wrong in 1_u16..0xffff,
        ) {
            data[2..4].fill(0);
            let mut sum = plain(&data);
            if !is_right_one {
                // Neither zero may become the other.
                sum = sum.wrapping_add(wrong);
            }
            data[2..4].copy_from_slice(&sum.to_be_bytes());
            prop_assert_eq!(is_right(&data), plain(&data) == 0);
        }
    }
}
