//! The lexical ground of RFC 3261 §25.1: white space, tokens, digits, quoted strings.

use std::ops::Range;

use crate::lanes::find2;

/// `SP`, `HTAB`, and the `CR` and `LF` that a folded value carries inside.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The bytes of `range`, or nothing where the range does not lie inside.
pub(crate) fn cut(bytes: &[u8], range: Range<usize>) -> &[u8] {
    bytes.get(range).unwrap_or_default()
}

pub(crate) fn trim_start(mut bytes: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        if !is_space(*first) {
            break;
        }
        bytes = rest;
    }
    bytes
}

pub(crate) fn trim_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., last] = bytes {
        if !is_space(*last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

#[inline]
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    match bytes {
        // Hardly anything has white space around it that was not taken off before.
        [first, .., last] if *first > b' ' && *last > b' ' => bytes,
        _ => trim_spaced(bytes),
    }
}

#[inline(never)]
fn trim_spaced(bytes: &[u8]) -> &[u8] {
    trim_end(trim_start(bytes))
}

static TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~'
            );
        byte += 1;
    }
    table
};

/// `token` characters: alphanumerics and ``-.!%*_+`'~``.
#[inline]
pub(crate) fn is_token_byte(byte: u8) -> bool {
    TOKEN.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Whether this is a `token`: one or more token characters and nothing else.
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| is_token_byte(byte))
}

/// All of `bytes` as a decimal number; `None` for anything but digits, or past `u32`.
pub(crate) fn decimal(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() {
        return None;
    }
    let mut number: u32 = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number
            .checked_mul(10)?
            .checked_add(u32::from(byte - b'0'))?;
    }
    Some(number)
}

/// The number that the digits in front make, and what follows them; `None` without digits, or
/// past `u32`.
#[inline]
pub(crate) fn leading_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    if let Some(first) = bytes.first_chunk()
        && let Some((number, length)) = short_number(*first)
    {
        return Some((number, bytes.get(length..)?));
    }
    long_number(bytes)
}

#[cold]
fn long_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = leading_digits(bytes);
    Some((decimal(digits)?, rest))
}

/// The number that the digits in front make and how many they are, of which there is at least one
/// and not all are digits: ports and sequence numbers, in a few steps for all digits together.
#[inline]
fn short_number(bytes: [u8; 8]) -> Option<(u32, usize)> {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    // Each digit's value; anything else is ten or more.
    let values = u64::from_le_bytes(bytes) ^ (EACH * b'0' as u64);
    // The top bit of what is ten or more. A carry goes to later bytes, and the first counts.
    let others = (values.wrapping_add(EACH * (0x80 - 10)) | values) & (EACH << 7);
    let length = others.trailing_zeros() / 8;
    if length == 0 || length == 8 {
        return None;
    }
    // Zeros in front, so that the last digit is the last byte. Then pairs, fours, and all eight.
    let digits = values << (64 - 8 * length);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & (EACH / 0x101 * 0xff);
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0xffff_0000_ffff;
    let number = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) as u32;
    Some((number, length as usize))
}

/// The digits in front and what follows them.
pub(crate) fn leading_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(bytes.len());
    bytes.split_at_checked(end).unwrap_or((bytes, &[]))
}

/// Where the quoted string whose opening quote is at `open` ends: just past the closing quote.
/// `None` when it never closes. A backslash takes the next byte with it.
pub(crate) fn quoted_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        let found = at + find2(bytes.get(at..)?, b'"', b'\\')?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// The inside of a quoted string, escapes left in place; other bytes come back as they are.
pub(crate) fn unquote(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'"', inner @ .., b'"'] => inner,
        _ => bytes,
    }
}

/// The first run of bytes without white space, and what follows the white space after it.
pub(crate) fn split_word(bytes: &[u8]) -> (&[u8], &[u8]) {
    let bytes = trim_start(bytes);
    let end = bytes
        .iter()
        .position(|&byte| is_space(byte))
        .unwrap_or(bytes.len());
    let (word, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    (word, trim_start(rest))
}

#[cfg(test)]
mod tests {
    use super::leading_number;

    #[test]
    fn numbers_of_every_length() {
        for after in [
            "",
            ";",
            "/",
            ":",
            " x",
            "\u{ff}",
            ";branch=1",
            "\u{ff}9999999",
        ] {
            let mut digits = String::new();
            assert_eq!(leading_number(after.as_bytes()), None);
            for digit in "98765432109876".chars() {
                digits.push(digit);
                let text = digits.clone() + after;
                let expected = digits.parse().ok().map(|number| (number, after.as_bytes()));
                assert_eq!(leading_number(text.as_bytes()), expected, "{text}");
            }
        }
        assert_eq!(leading_number(b"4294967295"), Some((u32::MAX, &b""[..])));
        assert_eq!(leading_number(b"4294967296"), None);
        assert_eq!(leading_number(b"0010 INVITE"), Some((10, &b" INVITE"[..])));
        for number in 0..100_000 {
            let text = format!("{number};rport");
            assert_eq!(
                leading_number(text.as_bytes()),
                Some((number, &b";rport"[..]))
            );
        }
    }
}
