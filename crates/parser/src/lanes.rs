//! Searches for bytes in the short stretches that a header is made of, sixteen at a time.
//!
//! memchr finds out at run time how wide the processor's vectors are. In a short stretch finding
//! out costs more than the search; these searches use what every processor of the target has, and
//! become part of the code that calls them.

use wide::u8x16;

/// How many bytes are compared at once.
pub(crate) const LANES: usize = 16;

/// The first of `byte`.
#[inline]
pub(crate) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    find_any(bytes, [byte])
}

/// The first of either.
#[inline]
pub(crate) fn find2(bytes: &[u8], one: u8, two: u8) -> Option<usize> {
    find_any(bytes, [one, two])
}

/// The first of the three.
#[inline]
pub(crate) fn find3(bytes: &[u8], one: u8, two: u8, three: u8) -> Option<usize> {
    find_any(bytes, [one, two, three])
}

/// The first of either, of white space, or of another control byte.
#[inline]
pub(crate) fn find_break(bytes: &[u8], one: u8, two: u8) -> Option<usize> {
    find_where(
        bytes,
        |lanes| at_most(lanes, b' ') | any_of(lanes, [one, two]),
        |byte| byte <= b' ' || byte == one || byte == two,
    )
}

#[inline]
fn find_any<const N: usize>(bytes: &[u8], wanted: [u8; N]) -> Option<usize> {
    find_where(
        bytes,
        |lanes| any_of(lanes, wanted),
        |byte| wanted.contains(&byte),
    )
}

/// The first byte that is wanted, by the test of sixteen and by the test of one.
#[inline(always)]
fn find_where(
    bytes: &[u8],
    which: impl Fn(u8x16) -> u8x16,
    is_wanted: impl Fn(u8) -> bool,
) -> Option<usize> {
    let which = |chunk: &[u8; LANES]| which(u8x16::new(*chunk)).to_bitmask();
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk() {
        let found = which(chunk);
        if found != 0 {
            return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize);
        }
        rest = after;
    }
    // The last sixteen: those that were looked at before are none of the wanted.
    if let Some(last) = bytes.last_chunk() {
        let found = which(last);
        return (found != 0).then(|| bytes.len() - LANES + found.trailing_zeros() as usize);
    }
    rest.iter().position(|&byte| is_wanted(byte))
}

#[inline]
fn any_of<const N: usize>(lanes: u8x16, wanted: [u8; N]) -> u8x16 {
    let found = wanted.map(|byte| lanes.simd_eq(u8x16::splat(byte)));
    found
        .into_iter()
        .fold(u8x16::splat(0), |all, one| all | one)
}

#[inline]
fn at_most(lanes: u8x16, byte: u8) -> u8x16 {
    // There is no vector comparison of unsigned bytes but for equality.
    lanes.min(u8x16::splat(byte)).simd_eq(lanes)
}

/// Where the first of `byte` is; 16 when there is none.
#[inline]
pub(crate) fn position(bytes: &[u8; LANES], byte: u8) -> usize {
    let found = any_of(u8x16::new(*bytes), [byte]).to_bitmask();
    (found | 1 << LANES).trailing_zeros() as usize
}

/// Bit by bit, which of the 64 bytes from `at` are control bytes, line feeds and tabs among them:
/// bit 0 is the first. None past the end.
#[inline]
pub(crate) fn controls(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).unwrap_or_default().first_chunk() {
        Some(chunk) => controls_of(chunk),
        None => last_controls(bytes, at),
    }
}

/// The controls from `at` where fewer than 64 bytes follow.
#[inline(never)]
fn last_controls(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(chunk) = bytes.last_chunk() {
        // The last 64, those in front of `at` left out.
        let before = 64 - rest.len() as u32;
        return controls_of(chunk).checked_shr(before).unwrap_or(0);
    }
    (0..).zip(rest).fold(0, |all, (at, &byte)| {
        all | u64::from(byte.is_ascii_control()) << at
    })
}

/// Bit by bit, which of the 64 bytes from `at` are line feeds: bit 0 is the first. None past the
/// end.
#[inline]
pub(crate) fn line_feeds(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).unwrap_or_default().first_chunk() {
        Some(chunk) => line_feeds_of(chunk),
        None => last_line_feeds(bytes, at),
    }
}

/// The line feeds from `at` where fewer than 64 bytes follow.
#[inline(never)]
fn last_line_feeds(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(chunk) = bytes.last_chunk() {
        // The last 64, those in front of `at` left out.
        let before = 64 - rest.len() as u32;
        return line_feeds_of(chunk).checked_shr(before).unwrap_or(0);
    }
    (0..)
        .zip(rest)
        .fold(0, |all, (at, &byte)| all | u64::from(byte == b'\n') << at)
}

#[inline]
fn line_feeds_of(bytes: &[u8; 64]) -> u64 {
    let (chunks, _) = bytes.as_chunks();
    (0..).zip(chunks).fold(0, |all, (at, chunk)| {
        let found = any_of(u8x16::new(*chunk), [b'\n']);
        all | u64::from(found.to_bitmask()) << (LANES * at)
    })
}

#[inline]
fn controls_of(bytes: &[u8; 64]) -> u64 {
    let (chunks, _) = bytes.as_chunks();
    (0..).zip(chunks).fold(0, |all, (at, chunk)| {
        let lanes = u8x16::new(*chunk);
        let controls = at_most(lanes, 0x1f) | any_of(lanes, [0x7f]);
        all | u64::from(controls.to_bitmask()) << (LANES * at)
    })
}

#[cfg(test)]
mod tests {
    use super::{controls, find, find_break, find2, find3, line_feeds, position};

    #[test]
    fn every_byte_at_every_place() {
        for length in 0..70 {
            for at in 0..length {
                let mut bytes = vec![0x80; length];
                bytes[at] = b';';
                assert_eq!(find(&bytes, b';'), Some(at));
                assert_eq!(find2(&bytes, b'"', b';'), Some(at));
                assert_eq!(find3(&bytes, b'"', b';', b'<'), Some(at));
                assert_eq!(find_break(&bytes, b':', b';'), Some(at));
                assert_eq!(find(&bytes[at + 1..], b';'), None);
                // The first of several.
                bytes[at..].fill(b';');
                assert_eq!(find(&bytes, b';'), Some(at));
            }
        }
        for byte in 0..=255_u8 {
            let is_break = byte <= b' ' || byte == b';' || byte == b':';
            for length in [1, 16, 17] {
                let found = find_break(&[byte; 17][..length], b':', b';');
                assert_eq!(found, is_break.then_some(0));
            }
            let mut bytes = [byte ^ 1; 16];
            assert_eq!(position(&bytes, byte), 16);
            for at in (0..16).rev() {
                bytes[at] = byte;
                assert_eq!(position(&bytes, byte), at);
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
                    assert_eq!(line_feeds(&bytes, from), 0);
                }
                let count = (length - at).min(64) as u32;
                assert_eq!(controls(&all, at), u64::MAX >> (64 - count));
                let mut bytes = vec![b'\r'; length];
                bytes[at] = b'\n';
                for from in 0..length + 2 {
                    let is_there = (from..from + 64).contains(&at);
                    let expected = if is_there { 1 << (at - from) } else { 0 };
                    assert_eq!(line_feeds(&bytes, from), expected);
                }
            }
        }
    }
}
