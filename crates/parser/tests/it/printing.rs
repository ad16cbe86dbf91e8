//! Nothing that reaches a terminal can act on it.

use std::borrow::Cow;

use proptest::prelude::*;
use sipwhy_parser::printable;

#[test]
fn readable_text_is_borrowed() {
    for text in [
        "",
        "sip:alice@atlanta.com",
        "C:\\path\\x41",
        "Zoë 東京 😀",
        "\"q\" <x>",
    ] {
        assert!(matches!(printable(text.as_bytes()), Cow::Borrowed(same) if same == text));
    }
}

#[test]
fn controls_become_escapes() {
    assert_eq!(printable(b"a\r\nb"), "a\\x0d\\x0ab");
    assert_eq!(printable(b"\x1b[2J\0\x7f\t"), "\\x1b[2J\\x00\\x7f\\x09");
    assert_eq!(printable(b"\xff\xc3("), "\\xff\\xc3(");
    assert_eq!(printable("\u{9b}31m".as_bytes()), "\\u{9b}31m");
    assert_eq!(
        printable("\u{202e}evil\u{2066}\u{200f}".as_bytes()),
        "\\u{202e}evil\\u{2066}\\u{200f}"
    );
    assert_eq!(
        printable("\u{feff}\u{200b}\u{2028}".as_bytes()),
        "\\u{feff}\\u{200b}\\u{2028}"
    );
}

fn is_safe(text: &str) -> bool {
    text.chars().all(|c| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

#[test]
fn no_character_gets_through_that_acts() {
    for c in '\0'..=char::MAX {
        let mut buffer = [0; 4];
        assert!(
            is_safe(&printable(c.encode_utf8(&mut buffer).as_bytes())),
            "{c:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_get_through_that_act(bytes: Vec<u8>) {
        let text = printable(&bytes);
        prop_assert!(is_safe(&text));
        prop_assert_eq!(printable(text.as_bytes()), text.as_ref());
    }

    #[test]
    fn no_text_gets_through_that_acts(text: String) {
        prop_assert!(is_safe(&printable(text.as_bytes())));
    }
}
