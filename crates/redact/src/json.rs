//! JSON, as PASSporTs hold it: names that the protocols define stay, and so do numbers and words
//! outside of strings.

use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};
use crate::values::{COUNTS, TOKENS};

/// Names whose values are words of the protocols.
const PLAIN: [&[u8]; 5] = [b"alg", b"typ", b"ppt", b"attest", b"opt"];

/// Numbers outside of strings stay where they are the time of a signature.
const TIME: &[u8] = b"iat";

/// Replaces what a JSON text holds. Its length stays.
pub(crate) fn json(all: Permutations, text: &mut [u8]) {
    let mut at = 0;
    let mut name: Vec<u8> = Vec::new();
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        if byte != b'"' {
            let length = rest.iter().take_while(|byte| **byte != b'"').count();
            let keep = if name == TIME {
                COUNTS
            } else {
                Keep::Protocol(1)
            };
            if let Some(between) = text.get_mut(at..at + length) {
                sweep(all, keep, between);
            }
            at += length;
            continue;
        }
        let end = at + 1 + string_end(rest.get(1..).unwrap_or_default());
        let after = text.get(end + 1..).unwrap_or_default().trim_ascii_start();
        let is_name = after.starts_with(b":");
        let Some(string) = text.get_mut(at + 1..end) else {
            return;
        };
        if is_name {
            name = string.to_vec();
            sweep(all, Keep::Protocol(3), string);
        } else {
            let is_plain = PLAIN.contains(&name.as_slice());
            sweep(all, if is_plain { TOKENS } else { Keep::Nothing }, string);
        }
        at = end + 1;
    }
}

/// Where a string ends whose first quote was taken off.
fn string_end(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    #[test]
    fn names_and_times_stay_and_values_do_not() {
        let all = Permutations::new(Key::new(b"a secret for tests"));
        let text = r#"{"attest":"A","dest":{"tn":["4930123456789"]},"iat":1443208345,"x":"\"bob"}"#;
        let mut bytes = text.as_bytes().to_vec();
        json(all, &mut bytes);
        let new = String::from_utf8(bytes).unwrap();
        assert!(
            new.starts_with(r#"{"attest":"A","dest":{"tn":["493"#),
            "{new}"
        );
        assert!(new.contains(r#""iat":1443208345,"x":"\""#), "{new}");
        assert!(!new.contains("0123456789") && !new.contains("bob"), "{new}");
        for cut in 0..text.len() {
            json(all, &mut text.as_bytes()[..cut].to_vec());
        }
    }
}
