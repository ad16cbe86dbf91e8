//! Whether two URIs name the same user or number.

use sipwhy_parser::Uri;

/// Whether both have a user, and it is the same. Numbers are compared without what stands between
/// their digits for the eye, and without what marks them as international.
pub(crate) fn are_alike(one: &[u8], other: &[u8]) -> bool {
    let (Some(one), Some(other)) = (user(one), user(other)) else {
        return false;
    };
    one == other || is_number(one) && is_number(other) && digits(one).eq(digits(other))
}

/// The last three characters of a user, as a number: equal where users are alike, but for names of
/// few characters, parameters in them, and marks between the last digits.
pub(crate) fn ending(uri: &[u8]) -> u64 {
    let end = uri.iter().position(|byte| *byte == b'@').unwrap_or(0);
    let last = uri.get(..end).and_then(|before| before.last_chunk::<3>());
    last.map_or(0, |[a, b, c]| {
        u64::from_be_bytes([0, 0, 0, 0, 0, *a, *b, *c])
    })
}

/// What of a URI tells where it leads: user and host, without parameters and headers.
pub(crate) fn place(uri: &[u8]) -> Option<Vec<u8>> {
    let uri = Uri::parse(uri)?;
    let host = uri.host.to_ascii_lowercase();
    Some([uri.user.unwrap_or_default(), b"@", &host[..]].concat())
}

fn user(uri: &[u8]) -> Option<&[u8]> {
    let user = Uri::parse(uri)?.user_name()?;
    (!user.is_empty()).then_some(user)
}

fn is_number(user: &[u8]) -> bool {
    user.iter().any(u8::is_ascii_digit)
        && user
            .iter()
            .all(|byte| byte.is_ascii_digit() || b"+-.() ".contains(byte))
}

/// The digits, without 00 in front, which stands for a plus.
fn digits(number: &[u8]) -> impl Iterator<Item = u8> {
    let rest = number.strip_prefix(b"00").unwrap_or(number);
    rest.iter().copied().filter(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::are_alike;

    #[test]
    fn numbers_are_compared_by_their_digits_and_names_as_they_stand() {
        assert!(are_alike(b"sip:bob@a.example", b"sip:bob@10.0.0.9:5070"));
        assert!(are_alike(b"sip:+49-30-123@a", b"tel:004930123"));
        assert!(are_alike(b"sip:4930123@a", b"sip:+4930123;npdi@b"));
        assert!(!are_alike(b"sip:Bob@a", b"sip:bob@a"));
        assert!(!are_alike(b"sip:4930123@a", b"sip:4930124@a"));
        assert!(!are_alike(b"sip:a.example", b"sip:a.example"));
        assert!(!are_alike(b"", b""));
    }
}
