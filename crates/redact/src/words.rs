//! Stand-ins for words: names, numbers, tokens.
//!
//! The stand-in of a word depends on the word alone, not on where it stands. It is as long, digits
//! stand for digits and letters for letters, and upper case is where it was: words that differ in
//! case alone have stand-ins that do.

use crate::permutation::{Permutations, Purpose, Symbol};
use crate::vocabulary;

const LETTERS: u8 = 26;
const DIGITS: u8 = 10;
const HEX: u8 = 16;

/// Words of hexadecimal digits that are at least as long stay such words.
const SHORTEST_HEX: usize = 4;

/// Numbers of at least so many digits are taken for international ones, unless zeros begin them.
const SHORTEST_NUMBER: usize = 8;
/// How many digits behind it decide what stands for a digit: more than a number has.
const MOST_CONTEXT: usize = 24;
/// How much of an international number stays: the country code, and what of a range follows it.
const KEPT_DIGITS: usize = 3;
/// What an international number is dialled with. Longer ones before those that they begin with.
const ABROAD: [&[u8]; 6] = [b"90011", b"9011", b"0011", b"900", b"011", b"00"];

/// What begins every branch that is made by RFC 3261.
const COOKIE: &[u8] = b"z9hG4bK";

/// Puts the stand-in of a word in its place. A word is of letters and digits, and of what is not
/// ASCII.
pub(crate) fn word(all: Permutations, tweak: &[u8], word: &mut [u8]) {
    let at = match word.starts_with(COOKIE) {
        true => COOKIE.len(),
        false => 0,
    };
    let Some(word) = word.get_mut(at..).filter(|word| !word.is_empty()) else {
        return;
    };
    if word.iter().all(u8::is_ascii_digit) {
        return number(all, word);
    }
    let before = word.to_ascii_lowercase();
    // What means something of its own is nobody's stand-in.
    for _ in 0..4 {
        permute(all, tweak, word);
        if !vocabulary::is_word(word) || vocabulary::is_word(&before) {
            return;
        }
    }
}

/// Puts a word of letters and digits through the permutation once.
fn permute(all: Permutations, tweak: &[u8], word: &mut [u8]) {
    let is_hex = word.len() >= SHORTEST_HEX && word.iter().all(u8::is_ascii_hexdigit);
    let symbol = |byte: u8| -> Option<Symbol> {
        match byte {
            b'0'..=b'9' if is_hex => Some((byte - b'0', HEX)),
            b'a'..=b'f' if is_hex => Some((byte - b'a' + 10, HEX)),
            b'0'..=b'9' => Some((byte - b'0', DIGITS)),
            b'a'..=b'z' => Some((byte - b'a', LETTERS)),
            _ => None,
        }
    };
    let lower = word.to_ascii_lowercase();
    let mut symbols: Vec<Symbol> = lower.iter().filter_map(|byte| symbol(*byte)).collect();
    // What is not ASCII has one stand-in, and makes a difference to the rest.
    let mut context = tweak.to_vec();
    context.extend(lower.iter().filter(|byte| !byte.is_ascii_alphanumeric()));
    all.word(&context, &mut symbols);
    // In a word of hexadecimal digits a letter may come to stand where a digit stood: then the
    // case is that of the word.
    let is_upper = word.iter().any(u8::is_ascii_uppercase);
    let mut new = symbols.into_iter();
    for byte in word.iter_mut().filter(|byte| byte.is_ascii_alphanumeric()) {
        let Some((place, alphabet)) = new.next() else {
            return;
        };
        let letter = match alphabet {
            LETTERS => b'a' + place,
            _ if place >= 10 => b'a' + place - 10,
            _ => b'0' + place,
        };
        let is_upper = match is_hex {
            true => is_upper,
            false => byte.is_ascii_uppercase(),
        };
        *byte = if is_upper {
            letter.to_ascii_uppercase()
        } else {
            letter
        };
    }
    plain(word);
}

/// Puts one and the same character of as many bytes in the place of each that is not ASCII; what is
/// no character stays none.
fn plain(word: &mut [u8]) {
    let mut rest = word;
    while !rest.is_empty() {
        let (good, bad) = match std::str::from_utf8(rest) {
            Ok(text) => (text.len(), 0),
            Err(fault) => {
                let bad = fault
                    .error_len()
                    .unwrap_or(rest.len() - fault.valid_up_to());
                (fault.valid_up_to(), bad)
            }
        };
        let Some((text, after)) = rest.split_at_mut_checked(good) else {
            return;
        };
        let lengths: Vec<usize> = std::str::from_utf8(text)
            .map(|text| text.chars().map(char::len_utf8).collect())
            .unwrap_or_default();
        let mut place = text;
        for length in lengths {
            let Some((one, others)) = place.split_at_mut_checked(length) else {
                return;
            };
            let stand_in: &[u8] = match length {
                2 => "é".as_bytes(),
                3 => "愛".as_bytes(),
                4 => "𝄞".as_bytes(),
                _ => &[],
            };
            if one.len() == stand_in.len() {
                one.copy_from_slice(stand_in);
            }
            place = others;
        }
        let Some((broken, after)) = after.split_at_mut_checked(bad) else {
            return;
        };
        broken.fill(0xff);
        rest = after;
    }
}

/// Puts the stand-in of a number in its place. Numbers that end alike have stand-ins that do,
/// however much of them was dialled; of long ones the prefix for calls abroad and the country code
/// stay.
pub(crate) fn number(all: Permutations, digits: &mut [u8]) {
    let is_zero = digits.iter().all(|byte| *byte == b'0');
    if is_zero && digits.len() >= SHORTEST_NUMBER || vocabulary::is_emergency(digits) {
        return;
    }
    let kept = kept_digits(digits);
    let before = digits.to_vec();
    for round in 0..4 {
        for at in (kept..digits.len()).rev() {
            let (Some(old), Some(after)) = (digits.get(at), before.get(at + 1..)) else {
                return;
            };
            let near = after.get(..MOST_CONTEXT).unwrap_or(after);
            let mut context = near.to_vec();
            context.push(round);
            let new = all.small(Purpose::Digit, &context, (b'0', b'9'), *old);
            if let Some(place) = digits.get_mut(at) {
                *place = new;
            }
        }
        // Nobody's stand-in calls for help.
        if !vocabulary::is_emergency(digits) {
            return;
        }
    }
}

/// How many digits at the front of a number stay.
fn kept_digits(digits: &[u8]) -> usize {
    let prefix = ABROAD
        .iter()
        .filter(|prefix| digits.starts_with(prefix))
        .map(|prefix| prefix.len())
        .find(|length| digits.len() - length >= SHORTEST_NUMBER)
        .unwrap_or(0);
    match digits.len() - prefix {
        SHORTEST_NUMBER.. => prefix + KEPT_DIGITS,
        _ => 0,
    }
}

/// Puts the stand-in of a name of parts with dots between them in its place: a host name, most
/// often. The last part becomes one that no host has (RFC 2606), or is not given to any; what was
/// different there makes a difference to the part before it.
pub(crate) fn dotted(all: Permutations, name: &mut [u8]) {
    let dot = name.iter().rposition(|byte| *byte == b'.');
    let last = dot.and_then(|dot| name.get(dot + 1..)).unwrap_or_default();
    let is_name = !last.is_empty() && last.iter().all(u8::is_ascii_alphabetic);
    let top = match is_name {
        true => last.to_ascii_lowercase(),
        false => Vec::new(),
    };
    let count = name.split(|byte| *byte == b'.').count();
    for (at, part) in name.split_mut(|byte| *byte == b'.').enumerate() {
        let from_end = count - at;
        if is_name && from_end == 1 {
            top_level(part);
        } else if is_name && from_end == 2 {
            word(all, &top, part);
        } else if !part.is_empty() {
            word(all, b"", part);
        }
    }
}

/// Puts a top-level domain in place that is reserved, or of a make that none has.
fn top_level(domain: &mut [u8]) {
    const RESERVED: [&[u8]; 3] = [b"test", b"example", b"zz"];
    const STAYS: [&[u8]; 2] = [b"arpa", b"invalid"];
    if STAYS.iter().any(|it| domain.eq_ignore_ascii_case(it)) {
        return;
    }
    let reserved = RESERVED.iter().find(|it| it.len() == domain.len());
    for (at, byte) in domain.iter_mut().enumerate() {
        let letter = reserved.and_then(|it| it.get(at)).copied().unwrap_or(b'z');
        *byte = match byte.is_ascii_uppercase() {
            true => letter.to_ascii_uppercase(),
            false => letter,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Key;

    fn all() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    fn replaced(how: impl Fn(Permutations, &mut [u8]), text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        how(all(), &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    fn of_word(text: &str) -> String {
        replaced(|all, bytes| word(all, b"", bytes), text)
    }

    fn of_number(text: &str) -> String {
        replaced(number, text)
    }

    proptest! {
        #[test]
        fn stand_ins_are_of_the_same_make(text in "[a-zA-Z0-9äß漢]{1,20}") {
            let new = of_word(&text);
            let make = |text: &str| -> Vec<(bool, bool, usize)> {
                let make = |it: char| (it.is_ascii_uppercase(), it.is_ascii_digit(), it.len_utf8());
                text.chars().map(make).collect()
            };
            let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
            prop_assert!(is_hex || make(&new) == make(&text), "{} {}", text, new);
            prop_assert_eq!(new.len(), text.len());
            let is_still_hex = new.bytes().all(|byte| byte.is_ascii_hexdigit());
            prop_assert!(!is_hex || text.len() < SHORTEST_HEX || is_still_hex);
            prop_assert_eq!(of_word(&text), new.clone(), "the same each time");
            let lower = text.to_ascii_lowercase();
            prop_assert_eq!(of_word(&lower), new.to_ascii_lowercase());
        }

        #[test]
        fn any_bytes_do(mut bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            let length = bytes.len();
            word(all(), b"", &mut bytes);
            dotted(all(), &mut bytes);
            prop_assert_eq!(bytes.len(), length);
        }

        #[test]
        fn numbers_that_end_alike_still_do(number in "[2-8][0-9]{9,13}", cut in 4_usize..7) {
            let new = of_number(&number);
            prop_assert_eq!(&new[..3], &number[..3]);
            let abroad = of_number(&format!("00{number}"));
            prop_assert_eq!(abroad, format!("00{new}"));
            // As much as is mapped of both.
            let short = &number[number.len() - cut..];
            prop_assert!(new.ends_with(&of_number(short)));
        }
    }

    #[test]
    fn what_the_protocol_needs_stays() {
        let branch = of_word("z9hG4bKnashds8");
        assert!(branch.starts_with("z9hG4bK") && branch != "z9hG4bKnashds8");
        assert_eq!(of_number("112"), "112");
        assert_eq!(
            of_number("00000000000000000000000000000000"),
            "0".repeat(32)
        );
        assert_ne!(of_number("4930123456"), "4930123456");
    }

    #[test]
    fn host_names_lead_nowhere_and_stay_apart() {
        let of = |text: &str| replaced(dotted, text);
        let (one, other) = (of("sip.acme.com"), of("sip.acme.org"));
        assert_ne!(one, other);
        assert_eq!(one[..4], other[..4], "the same host of two domains");
        assert!(one.ends_with(".zzz") && of("acme.de").ends_with(".zz"));
        assert!(of("pbx.acme.info").ends_with(".test"));
        assert_eq!(of("SIP.Acme.com").to_ascii_lowercase(), one);
        assert!(!of("4.3.2.1.e164.arpa").contains("e164"));
    }
}
