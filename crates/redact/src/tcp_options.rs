//! The options of a TCP header (RFC 9293 §3.2): those that number things stay, all else is blank.

const END: u8 = 0;
const NO_OPERATION: u8 = 1;

/// Blanks what no option is known to hold. A damaged header may claim to reach into the text
/// behind it, so what is not an option of known form is taken to name somebody.
pub(crate) fn blank(mut options: &mut [u8]) {
    loop {
        let length = match options {
            [NO_OPERATION, ..] => 1,
            [kind, length, ..] if *kind != END => usize::from(*length),
            rest => return rest.fill(0),
        };
        let kind = options.first().copied().unwrap_or(END);
        let least = if kind == NO_OPERATION { 1 } else { 2 };
        if !(least..=options.len()).contains(&length) {
            return options.fill(0);
        }
        let (option, rest) = options.split_at_mut(length);
        if !is_number(kind, length) {
            // One that says nothing takes its place: its kind and length may be letters too.
            option.fill(NO_OPERATION);
        }
        options = rest;
    }
}

/// Whether an option of this kind and length only numbers: the largest segment, the scale of the
/// window, selective acknowledgements, timestamps (RFC 9293 §3.2, RFC 7323 §2 and §3, RFC 2018).
const fn is_number(kind: u8, length: usize) -> bool {
    matches!(
        (kind, length),
        (NO_OPERATION, 1) | (2, 4) | (3, 3) | (4, 2) | (5, 10 | 18 | 26 | 34) | (8, 10)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(options: &[u8]) -> Vec<u8> {
        let mut options = options.to_vec();
        blank(&mut options);
        options
    }

    #[test]
    fn options_that_number_stay() {
        let usual = b"\x02\x04\x05\xb4\x04\x02\x08\x0a\x01\x02\x03\x04\0\0\0\0\x01\x03\x03\x07";
        assert_eq!(blanked(usual), usual);
        let acknowledged = b"\x01\x01\x05\x0a\x01\x02\x03\x04\x05\x06\x07\x08";
        assert_eq!(blanked(acknowledged), acknowledged);
    }

    #[test]
    fn what_is_not_known_is_blank() {
        // A cookie (RFC 7413), and what follows it stays in its place.
        assert_eq!(
            blanked(b"\x22\x06cook\x03\x03\x07\0"),
            b"\x01\x01\x01\x01\x01\x01\x03\x03\x07\0"
        );
        // A header that claims to reach into the text behind it.
        let text =
            b"\x01\x01\x08\x0a\x87\x3c\x83\x6b\x32\x26\x16\x02\r\nFrom: \"Alice\" <sip:alice@";
        let new = blanked(text);
        assert_eq!(new[..12], text[..12]);
        assert!(new[12..].iter().all(|byte| *byte < 2), "{new:?}");
        for rest in [
            &b"\0alice"[..],
            b"a",
            b"\x02",
            b"\x08\x0aalice",
            b"\x05\x01alice",
        ] {
            let new = blanked(rest);
            assert!(new.iter().all(|byte| *byte < 2), "{new:?}");
        }
    }
}
