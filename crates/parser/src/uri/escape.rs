//! Percent-encoding (RFC 3261 §19.1.2, RFC 3986 §2.1).

/// A byte of a URI, and whether it was written as `%` and two hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Plain(u8),
    Escaped(u8),
}

/// The units of a part of a URI. A percent sign without two digits stands for itself.
pub(super) fn units(bytes: &[u8]) -> impl Iterator<Item = Unit> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (unit, after) = match rest {
            [b'%', high, low, after @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (Unit::Escaped(high << 4 | low), after),
                _ => (Unit::Plain(b'%'), rest.get(1..).unwrap_or_default()),
            },
            [byte, after @ ..] => (Unit::Plain(*byte), after),
            [] => return None,
        };
        rest = after;
        Some(unit)
    })
}

/// The bytes that a part of a URI stands for, each escape turned into its byte. A percent sign
/// without two hexadecimal digits stands for itself.
pub fn unescaped(bytes: &[u8]) -> impl Iterator<Item = u8> {
    units(bytes).map(|unit| match unit {
        Unit::Plain(byte) | Unit::Escaped(byte) => byte,
    })
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
