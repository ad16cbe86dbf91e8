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

/// Bit by bit, which of the 64 bytes from `at` are control bytes, line feeds and tabs among them:
/// bit 0 is the first. None past the end.
#[inline]
pub(crate) fn controls(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(chunk) = rest.first_chunk() {
        return controls_of(chunk);
    }
    if let Some(chunk) = bytes.last_chunk() {
        // The last 64, those in front of `at` left out.
        let before = 64 - rest.len() as u32;
        return controls_of(chunk).checked_shr(before).unwrap_or(0);
    }
    (0..).zip(rest).fold(0, |all, (at, &byte)| {
        all | u64::from(byte.is_ascii_control()) << at
    })
}

#[inline]
fn controls_of(bytes: &[u8; 64]) -> u64 {
    // Each byte's own bit among its eight, which makes a sum of them an `or`; a product is the
    // shortest such sum. The compiler makes vector instructions of the rest.
    let mut bits = [0; 64];
    for (at, (bit, &byte)) in bits.iter_mut().zip(bytes).enumerate() {
        let is_control = (byte < 0x20) | (byte == 0x7f);
        *bit = if is_control { 1_u8 << (at % 8) } else { 0 };
    }
    let (eights, _) = bits.as_chunks::<8>();
    (0..).zip(eights).fold(0, |all, (at, &eight)| {
        let sum = u64::from_le_bytes(eight).wrapping_mul(u64::from_le_bytes([1; 8])) >> 56;
        all | sum << (8 * at)
    })
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
            let mut bytes = [byte ^ 1; 16];
            assert_eq!(position(u128::from_le_bytes(bytes), byte), 16);
            for at in (0..16).rev() {
                bytes[at] = byte;
                assert_eq!(position(u128::from_le_bytes(bytes), byte), at);
            }
        }
    }

    #[test]
    fn every_control_byte_at_every_place() {
        for byte in 0..=255_u8 {
            let is_control = u64::from(byte < 0x20 || byte == 0x7f);
            for at in 0..64 {
                let mut bytes = [0x80; 64];
                bytes[at] = byte;
                assert_eq!(controls(&bytes, 0), is_control << at);
            }
        }
        for length in [1, 7, 63, 64, 65, 130] {
            let all = vec![b'\r'; length];
            for at in 0..length {
                let mut bytes = vec![b' '; length];
                bytes[at] = 0x7f;
                for from in 0..length + 2 {
                    let is_there = (from..from + 64).contains(&at);
                    let expected = if is_there { 1 << (at - from) } else { 0 };
                    assert_eq!(controls(&bytes, from), expected);
                }
                let count = (length - at).min(64) as u32;
                assert_eq!(controls(&all, at), u64::MAX >> (64 - count));
            }
        }
    }
}
