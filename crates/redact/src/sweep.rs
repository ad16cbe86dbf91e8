//! A text gone through from end to end: what may name somebody is replaced, whatever it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::permutation::Permutations;
use crate::{addresses, vocabulary, words};

/// What of a text may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Nothing but what separates words, and words that say that nobody is named.
    Nothing,
    /// Words of the protocols, and numbers of at most so many digits.
    Protocol(usize),
}

/// Replaces what a text holds. Its length stays, and so does what is neither letter nor digit.
pub(crate) fn sweep(all: Permutations, keep: Keep, text: &mut [u8]) {
    let mut at = 0;
    while at < text.len() {
        at = step(all, keep, text, at).max(at + 1);
    }
}

/// Replaces what begins at a place. Gives where it ends.
fn step(all: Permutations, keep: Keep, text: &mut [u8], at: usize) -> usize {
    let begins_word = at == 0 || !text.get(at - 1).is_some_and(|byte| is_word_byte(*byte));
    let Some(&byte) = text.get(at) else {
        return at;
    };
    if begins_word && (byte == b':' || byte.is_ascii_hexdigit()) {
        if let Some(end) = group_address(all, text, at) {
            return end;
        }
        if let Some(end) = hex_pairs(all, text, at) {
            return end;
        }
    }
    match byte {
        b'+' => international(all, text, at),
        b'%' => escape(all, keep, text, at),
        byte if is_word_byte(byte) => {
            let end = end_of(text, at, |byte| is_word_byte(byte) || byte == b'.');
            let end = without_dots(text, at, end);
            piece(all, keep, text, at..end);
            end
        }
        _ => at + 1,
    }
}

/// Letters, digits, and what is not ASCII.
const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

fn end_of(text: &[u8], from: usize, is_in: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| is_in(**byte)).count()
}

/// Where a run ends that is no longer than this: a look from every place of a longer one would take
/// too long.
fn end_within(
    text: &[u8],
    from: usize,
    longest: usize,
    is_in: impl Fn(u8) -> bool,
) -> Option<usize> {
    let rest = text.get(from..)?;
    let length = rest
        .iter()
        .take(longest + 1)
        .take_while(|byte| is_in(**byte))
        .count();
    (length <= longest).then_some(from + length)
}

/// Where a run ends if dots at its end belong to the sentence.
fn without_dots(text: &[u8], start: usize, end: usize) -> usize {
    let run = text.get(start..end).unwrap_or_default();
    let dots = run.iter().rev().take_while(|byte| **byte == b'.').count();
    end - dots
}

/// Words with dots between them: an address, a host, a version, or just words.
fn piece(all: Permutations, keep: Keep, text: &mut [u8], range: Range<usize>) {
    let range = without_service(text, range);
    let Some(run) = text.get_mut(range) else {
        return;
    };
    let parsed = std::str::from_utf8(run).ok();
    if let Some(address) = parsed.and_then(|run| run.parse::<Ipv4Addr>().ok()) {
        let new = addresses::v4(all, address).to_string();
        if new.len() == run.len() {
            run.copy_from_slice(new.as_bytes());
        }
        return;
    }
    let is_kept = |word: &[u8]| match keep {
        _ if vocabulary::is_nobody(word) || vocabulary::is_tool(word) => true,
        Keep::Nothing => false,
        Keep::Protocol(digits) if word.iter().all(u8::is_ascii_digit) => word.len() <= digits,
        Keep::Protocol(_) => vocabulary::is_word(word),
    };
    let dots = run.iter().filter(|byte| **byte == b'.').count();
    let ends_in_letters = run.last().is_some_and(u8::is_ascii_alphabetic);
    // As many as in an address: it may be one that was damaged, and no number of it stays.
    let is_like_address = dots >= 3;
    if dots == 0 || !ends_in_letters && keep != Keep::Nothing {
        for word in run.split_mut(|byte| *byte == b'.') {
            if is_like_address || !is_kept(word) {
                words::word(all, b"", word);
            }
        }
    } else if !run.split(|byte| *byte == b'.').all(is_kept) {
        words::dotted(all, run);
    }
}

/// What is left of a name behind the label of a service, which stays: `_sip`, `_udp`.
fn without_service(text: &[u8], range: Range<usize>) -> Range<usize> {
    let run = text.get(range.clone()).unwrap_or_default();
    let label = run.split(|byte| *byte == b'.').next().unwrap_or_default();
    let is_service = range.start > 0 && text.get(range.start - 1) == Some(&b'_');
    match is_service && vocabulary::is_word(label) {
        true => range.end.min(range.start + label.len() + 1)..range.end,
        false => range,
    }
}

/// A number after a plus: what stands between its digits for the eye is no end of it.
fn international(all: Permutations, text: &mut [u8], at: usize) -> usize {
    let end = end_of(text, at + 1, |byte| {
        byte.is_ascii_digit() || b"-.()".contains(&byte)
    });
    // It ends where a name goes on.
    if text.get(end).is_some_and(|byte| is_word_byte(*byte)) {
        return at + 1;
    }
    let Some(run) = text.get_mut(at + 1..end) else {
        return at + 1;
    };
    let mut digits: Vec<u8> = run.iter().copied().filter(u8::is_ascii_digit).collect();
    words::number(all, &mut digits);
    let places = run.iter_mut().filter(|byte| byte.is_ascii_digit());
    for (place, digit) in places.zip(digits) {
        *place = digit;
    }
    end
}

/// An escaped character (RFC 3986 §2.1). What it separates is swept by itself; if it is a letter or
/// a digit, it becomes one and the same.
fn escape(all: Permutations, keep: Keep, text: &mut [u8], at: usize) -> usize {
    const ANY: &[u8; 3] = b"%5F";
    /// Parameters of a Replaces that is a part of a URI (RFC 3891 §6.1).
    const AFTER: [&[u8]; 3] = [b"to-tag", b"from-tag", b"early-only"];
    let Some(place) = text.get_mut(at..at + 3) else {
        return at + 1;
    };
    let value = std::str::from_utf8(place.get(1..).unwrap_or_default());
    let value = value.ok().and_then(|it| u8::from_str_radix(it, 16).ok());
    match value {
        Some(b';') => {
            let rest = text.get(at + 3..).unwrap_or_default();
            let known = AFTER.iter().find(|it| rest.starts_with(it));
            at + 3 + known.map_or(0, |it| it.len())
        }
        Some(byte) if is_word_byte(byte) => {
            place.copy_from_slice(ANY);
            at + 3
        }
        // What follows is a word of its own.
        Some(_) => {
            let end = end_of(text, at + 3, |byte| is_word_byte(byte) || byte == b'.');
            let end = without_dots(text, at + 3, end);
            piece(all, keep, text, at + 3..end);
            end.max(at + 3)
        }
        None => at + 1,
    }
}

/// An IPv6 address as text, if one begins here.
fn group_address(all: Permutations, text: &mut [u8], at: usize) -> Option<usize> {
    /// As text, with an IPv4 address at its end (RFC 4291 §2.2).
    const LONGEST: usize = 45;
    let is_in = |byte: u8| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.';
    let end = end_within(text, at, LONGEST, is_in)?;
    let end = without_dots(text, at, end);
    if text.get(end).is_some_and(|byte| is_word_byte(*byte)) {
        return None;
    }
    let run = text.get_mut(at..end)?;
    let address: Ipv6Addr = std::str::from_utf8(run).ok()?.parse().ok()?;
    let IpAddr::V6(new) = addresses::ip(all, address.into()) else {
        return None;
    };
    write_groups(run, new);
    Some(end)
}

/// Writes an address in the form of another, group by group.
fn write_groups(text: &mut [u8], address: Ipv6Addr) {
    let groups = address.segments();
    let dotted = text.contains(&b'.');
    let count = text.split(|byte| *byte == b':').count();
    // Where groups are left out, those after the gap count from the end.
    let gap = text.windows(2).position(|pair| pair == b"::");
    let mut start = 0;
    for at in 0..count {
        let end = end_of(text, start, |byte| byte != b':');
        let is_after_gap = gap.is_some_and(|gap| start > gap);
        let from_end = count - at + usize::from(dotted);
        let place = match is_after_gap {
            true => groups.len().checked_sub(from_end),
            false => Some(at),
        };
        let Some(part) = text.get_mut(start..end) else {
            return;
        };
        if part.contains(&b'.') {
            let [.., high, low] = groups;
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            let new = Ipv4Addr::new(a, b, c, d).to_string();
            if new.len() == part.len() {
                part.copy_from_slice(new.as_bytes());
            }
        } else if let Some(group) = place.and_then(|place| groups.get(place))
            && !part.is_empty()
        {
            let is_upper = part.iter().any(u8::is_ascii_uppercase);
            let mut new = format!("{group:0width$x}", width = part.len());
            if is_upper {
                new.make_ascii_uppercase();
            }
            if new.len() == part.len() {
                part.copy_from_slice(new.as_bytes());
            }
        }
        start = end + 1;
    }
}

/// Hexadecimal digits in pairs with colons between them, four pairs and more: fingerprints and
/// hardware addresses.
fn hex_pairs(all: Permutations, text: &mut [u8], at: usize) -> Option<usize> {
    const FEWEST: usize = 4;
    /// Those of SHA-512.
    const LONGEST: usize = 64 * 3;
    let is_in = |byte: u8| byte.is_ascii_hexdigit() || byte == b':';
    let end = end_within(text, at, LONGEST, is_in)?;
    if text.get(end).is_some_and(|byte| is_word_byte(*byte)) {
        return None;
    }
    let run = text.get_mut(at..end)?;
    let is_pair = |part: &[u8]| part.len() == 2;
    let count = run.split(|byte| *byte == b':').count();
    if count < FEWEST || !run.split(|byte| *byte == b':').all(is_pair) {
        return None;
    }
    let mut digits: Vec<u8> = run.iter().copied().filter(|byte| *byte != b':').collect();
    // A letter makes sure that it is taken for hexadecimal digits.
    digits.push(b'a');
    words::word(all, b"", &mut digits);
    for (place, digit) in run.iter_mut().filter(|byte| **byte != b':').zip(digits) {
        *place = digit;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Key;

    fn all() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    fn swept(keep: Keep, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        sweep(all(), keep, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_value_has_the_same_stand_in_wherever_it_stands() {
        let user = swept(Keep::Nothing, "alice");
        assert_eq!(
            swept(Keep::Protocol(5), "SIP via alice;x"),
            format!("SIP via {user};x")
        );
        let call = swept(Keep::Nothing, "a84b4c76@10.77.0.10");
        assert_eq!(
            swept(Keep::Nothing, "a84b4c76%4010.77.0.10%3Bto-tag%3Dalice"),
            format!("{}%3Bto-tag%3D{user}", call.replace('@', "%40"))
        );
        let number = swept(Keep::Nothing, "4930123456789");
        assert_eq!(swept(Keep::Nothing, "+4930123456789"), format!("+{number}"));
        let separated = swept(Keep::Nothing, "+49-(30)-123.456.789");
        assert_eq!(
            separated.replace(|it: char| !it.is_ascii_digit(), ""),
            number
        );
    }

    #[test]
    fn addresses_as_text_are_those_of_packets() {
        let of = |text: &str| {
            let address: IpAddr = text.parse().unwrap();
            addresses::ip(all(), address)
        };
        for text in [
            "10.77.0.10",
            "203.0.113.7",
            "fd77::10",
            "2a01:4f8:0:1::2",
            "::ffff:10.77.0.10",
            "2a01:4f8:c17:1ab2:3:4:5:6",
        ] {
            for around in ["", "[", "; ", "-"] {
                let new = swept(Keep::Nothing, &format!("{around}{text}"));
                let new = new.strip_prefix(around).unwrap();
                assert_eq!(new.parse::<IpAddr>().unwrap(), of(text), "{around}{text}");
                assert_eq!(new.len(), text.len());
            }
        }
        let port = swept(Keep::Protocol(5), "10.77.0.10:5060");
        assert_eq!(port, format!("{}:5060", of("10.77.0.10")));
    }

    #[test]
    fn of_a_damaged_address_no_number_stays() {
        for damaged in ["10.77.0.1044", "10.77.0.10é", "é10.77.0.10", "10.77.0.10.5"] {
            let new = swept(Keep::Protocol(5), damaged);
            assert!(!new.contains(".77."), "{damaged} became {new}");
        }
    }

    #[test]
    fn what_names_nobody_stays() {
        let text = "SIP/2.0 486 Busy Here; q=0.7";
        assert_eq!(swept(Keep::Protocol(5), text), text);
        assert_eq!(
            swept(Keep::Nothing, "anonymous@anonymous.invalid"),
            "anonymous@anonymous.invalid"
        );
        assert_ne!(swept(Keep::Nothing, "Busy"), "Busy");
        let service = swept(Keep::Nothing, "_sip._udp.acme.com");
        assert!(service.starts_with("_sip._udp.") && !service.contains("acme"));
        let print = swept(Keep::Nothing, "4A:AD:B9:B1:3F:82");
        assert!(
            print
                .split(':')
                .all(|pair| u8::from_str_radix(pair, 16).is_ok())
        );
        assert_ne!(print, "4A:AD:B9:B1:3F:82");
    }

    proptest! {
        #[test]
        fn nothing_but_words_changes(mut bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let old = bytes.clone();
            sweep(all(), Keep::Nothing, &mut bytes);
            prop_assert_eq!(bytes.len(), old.len());
            for (new, old) in bytes.iter().zip(&old) {
                prop_assert!(is_word_byte(*old) || new == old);
            }
        }

        #[test]
        fn no_name_is_left(name in "[a-z]{5,12}", before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
            prop_assume!(!vocabulary::is_nobody(name.as_bytes()));
            let text = format!("{before} {name} {after}");
            let new = swept(Keep::Nothing, &text);
            prop_assert!(!new.contains(&name), "{} {}", text, new);
        }
    }
}
