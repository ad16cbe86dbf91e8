//! Checksums put right after a change, in steps (RFC 1624): what was right stays right, and what
//! was wrong stays wrong, also where a packet was cut off or is a fragment.

/// A ones' complement sum over bytes, an odd one at their end as if a zero followed.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let whole: u64 = pairs
        .iter()
        .map(|pair| u64::from(u16::from_be_bytes(*pair)))
        .sum();
    whole + rest.first().map_or(0, |last| u64::from(*last) << 8)
}

fn folded(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

/// The checksum after what it is over had the sum `before` and has `after`.
pub(crate) fn changed(checksum: u16, before: u64, after: u64) -> u16 {
    // HC' = ~(~HC + ~m + m')
    let old = u64::from(!folded(before));
    !folded(u64::from(!checksum) + old + after)
}

/// SCTP's checksum (RFC 9260 appendix A): CRC32c, low byte first.
pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0x82f6_3b78;
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let is_odd = crc & 1 == 1;
            crc >>= 1;
            if is_odd {
                crc ^= POLYNOMIAL;
            }
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn steps_come_to_what_counting_anew_does(
            old in prop::collection::vec(any::<u8>(), 1..40),
            change in any::<u8>(),
        ) {
            let mut new = old.clone();
            for byte in &mut new {
                *byte = byte.wrapping_mul(3).wrapping_add(change);
            }
            let anew = |bytes: &[u8]| !folded(sum(bytes));
            let stepped = changed(anew(&old), sum(&old), sum(&new));
            // Zero has two forms.
            let same = |it: u16| if it == 0xffff { 0 } else { it };
            prop_assert_eq!(same(stepped), same(anew(&new)));
        }
    }

    #[test]
    fn the_check_value_of_crc32c() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }
}
