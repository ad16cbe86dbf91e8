//! Searches for bytes in the short stretches that a header is made of.
//!
//! memchr finds out at run time how wide the processor's vectors are. In a short stretch finding
//! out costs more than the search; these searches use what every processor of the target has, and
//! become part of the code that calls them.

#[cfg(target_arch = "x86_64")]
use memchr::arch::x86_64::sse2::memchr::{One, Three, Two};

/// The first of `byte`.
#[inline]
pub(crate) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    if let Some(one) = One::new(byte) {
        return one.find(bytes);
    }
    memchr::memchr(byte, bytes)
}

/// The first of either.
#[inline]
pub(crate) fn find2(bytes: &[u8], one: u8, two: u8) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    if let Some(either) = Two::new(one, two) {
        return either.find(bytes);
    }
    memchr::memchr2(one, two, bytes)
}

/// The first of the three.
#[inline]
pub(crate) fn find3(bytes: &[u8], one: u8, two: u8, three: u8) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    if let Some(any) = Three::new(one, two, three) {
        return any.find(bytes);
    }
    memchr::memchr3(one, two, three, bytes)
}

/// Where the first of `byte` is; 16 when there is none.
#[inline]
pub(crate) fn position(bytes: u128, byte: u8) -> usize {
    /// The top bit of the first byte that is 0, and perhaps of some behind it.
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(EACH) & !word & (EACH << 7)
    }
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    let all = EACH * u64::from(byte);
    let low = zeros(bytes as u64 ^ all);
    if low != 0 {
        return low.trailing_zeros() as usize / 8;
    }
    8 + zeros((bytes >> 64) as u64 ^ all).trailing_zeros() as usize / 8
}

/// How many control bytes there are, line feeds and tabs among them.
#[inline]
pub(crate) fn controls(bytes: &[u8]) -> usize {
    // Plain counts, within what a byte can hold, of which the compiler makes vector instructions.
    let is_control = |byte: u8| u8::from((byte < 0x20) | (byte == 0x7f));
    let (chunks, rest) = bytes.as_chunks::<64>();
    let mut count = 0;
    for chunk in chunks {
        let in_chunk = chunk.iter().fold(0_u8, |sum, &byte| sum + is_control(byte));
        count += usize::from(in_chunk);
    }
    if let Some(last) = bytes.last_chunk::<64>() {
        // The last bytes once more, those that have been counted left out.
        let counted = 64 - rest.len() as u8;
        let in_rest = (0_u8..).zip(last).fold(0_u8, |sum, (at, &byte)| {
            sum + (is_control(byte) & u8::from(at >= counted))
        });
        count + usize::from(in_rest)
    } else {
        rest.iter().map(|&byte| usize::from(is_control(byte))).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{controls, find, find2, find3, position};

    #[test]
    fn every_byte_at_every_place() {
        for length in 0..70 {
            for at in 0..length {
                let mut bytes = vec![0x80; length];
                bytes[at] = b';';
                assert_eq!(find(&bytes, b';'), Some(at));
                assert_eq!(find2(&bytes, b'"', b';'), Some(at));
                assert_eq!(find3(&bytes, b'"', b';', b'<'), Some(at));
                assert_eq!(find(&bytes[at + 1..], b';'), None);
                // The first of several.
                bytes[at..].fill(b';');
                assert_eq!(find(&bytes, b';'), Some(at));
            }
        }
        for byte in 0..=255_u8 {
            for length in [0, 1, 63, 64, 65, 127, 128, 5003] {
                let count = if byte < 0x20 || byte == 0x7f {
                    length
                } else {
                    0
                };
                assert_eq!(controls(&vec![byte; length]), count);
            }
            let mut bytes = [byte ^ 1; 16];
            assert_eq!(position(u128::from_le_bytes(bytes), byte), 16);
            for at in (0..16).rev() {
                bytes[at] = byte;
                assert_eq!(position(u128::from_le_bytes(bytes), byte), at);
            }
        }
    }
}
