//! CRC32c, the checksum of SCTP (RFC 9260 Appendix A).

/// The polynomial, its bits reflected.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// What each byte does to the remainder.
const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            let carry = remainder & 1;
            remainder >>= 1;
            if carry == 1 {
                remainder ^= POLYNOMIAL;
            }
            bit += 1;
        }
        table[byte] = remainder;
        byte += 1;
    }
    table
}

/// The checksum of a packet: that of its bytes with zeros where the checksum stands.
pub(super) fn of(packet: &[u8]) -> u32 {
    const FIELD: std::ops::Range<usize> = 8..12;
    let head = packet.get(..FIELD.start).unwrap_or(packet);
    let tail = packet.get(FIELD.end..).unwrap_or_default();
    let bytes = head.iter().chain(&[0; 4]).chain(tail);
    !bytes.fold(u32::MAX, |remainder, &byte| {
        let [low, ..] = remainder.to_le_bytes();
        remainder >> 8 ^ TABLE.get(usize::from(low ^ byte)).unwrap_or(&0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_algorithm_comes_out() {
        // Of "123456789", but for the field: its four bytes are zeros in front of what counts.
        let reference = |bytes: &[u8]| {
            !bytes.iter().fold(u32::MAX, |remainder, &byte| {
                (0..8).fold(remainder ^ u32::from(byte), |remainder, _| {
                    (remainder >> 1) ^ (POLYNOMIAL * (remainder & 1))
                })
            })
        };
        assert_eq!(reference(b"123456789"), 0xe306_9283);
        let packet = b"12345678abcd90";
        assert_eq!(of(packet), reference(b"12345678\0\0\0\x0090"));
    }
}
