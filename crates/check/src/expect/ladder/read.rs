//! The notation of ladders.

use super::{Entry, Ladder, MOST_ENTRIES, Times, Word};

/// What stands between the two ends of a hop.
const ARROW: &str = "->";

impl Ladder {
    /// Reads a ladder, an entry a text.
    ///
    /// # Errors
    /// Which entry is none, from 0, and why.
    pub(crate) fn read<T: AsRef<str>>(texts: &[T]) -> Result<Self, (usize, String)> {
        if texts.len() > MOST_ENTRIES {
            let fault = format!("a ladder has at most {MOST_ENTRIES} entries");
            return Err((MOST_ENTRIES, fault));
        }
        let mut entries = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            read_entry(text.as_ref(), &mut entries).map_err(|fault| (place, fault))?;
        }
        Ok(Self { entries })
    }
}

fn read_entry(text: &str, into: &mut Vec<Entry>) -> Result<(), String> {
    let (hop, rest) = hop(text)?;
    let mut entry = Entry {
        text: text.trim().to_owned(),
        hop,
        words: vec![Word::Any],
        times: Times::Any,
    };
    if rest == "..." {
        into.push(entry);
        return Ok(());
    }
    let (words, times, is_repeated) = match rest.chars().next_back() {
        Some('?') => (rest.trim_end_matches('?'), Times::Maybe, false),
        Some('+') => (rest.trim_end_matches('+'), Times::Once, true),
        Some('*') if rest != "*" => {
            let one = rest.strip_suffix('*').unwrap_or(rest);
            (one, Times::Any, false)
        }
        _ => (rest, Times::Once, false),
    };
    entry.words = words.split('|').map(word).collect::<Result<_, _>>()?;
    entry.times = times;
    if is_repeated {
        // Once at least is once, and then any number of times.
        let further = Entry {
            times: Times::Any,
            ..entry.clone()
        };
        into.extend([entry, further]);
    } else {
        into.push(entry);
    }
    Ok(())
}

type Hop = Option<(String, String)>;

/// `FROM -> TO` before the message, if it is there.
fn hop(text: &str) -> Result<(Hop, &str), String> {
    let text = text.trim();
    let Some((from, rest)) = text.split_once(ARROW) else {
        return Ok((None, text));
    };
    let (from, rest) = (from.trim(), rest.trim());
    let ends = rest.split_once(char::is_whitespace);
    let Some((to, rest)) = ends.filter(|_| !from.is_empty()) else {
        return Err(format!(
            "`{text}` is no entry such as \"alice -> proxy INVITE\""
        ));
    };
    Ok((Some((from.to_owned(), to.to_owned())), rest.trim()))
}

/// One message, without how often it comes.
fn word(text: &str) -> Result<Word, String> {
    let text = text.trim();
    if text == "*" {
        return Ok(Word::Any);
    }
    let (first, method) = match text.split_once(char::is_whitespace) {
        Some((first, method)) => (first, Some(method.trim())),
        None => (text, None),
    };
    let expected = || {
        format!(
            "`{text}` is no message such as \"INVITE\", \"180\", \"18x\" or \"200 BYE\"; `?` \
             after it says that it may be missing, \"...\" stands for any messages"
        )
    };
    if let Some(digits) = digits(first) {
        let is_clear = method.is_none_or(is_plain_method);
        let method = method.map(str::to_owned);
        return match is_clear {
            true => Ok(Word::Response { digits, method }),
            false => Err(expected()),
        };
    }
    match method {
        None if is_plain_method(first) => Ok(Word::Request(first.to_owned())),
        _ => Err(expected()),
    }
}

/// `180`, `18x`, `1xx`.
fn digits(text: &str) -> Option<[Option<u8>; 3]> {
    let own: [u8; 3] = text.as_bytes().try_into().ok()?;
    let mut seen_any = false;
    let mut digits = [None; 3];
    for (place, byte) in digits.iter_mut().zip(own) {
        match byte {
            b'x' => seen_any = true,
            b'0'..=b'9' if !seen_any => *place = Some(byte - b'0'),
            _ => return None,
        }
    }
    digits.first().copied().flatten().map(|_| digits)
}

/// Whether a method can stand in a ladder as it is. RFC 3261 §25.1 allows more than these
/// characters, and no method in use has any of the others.
pub(crate) fn is_plain_method(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic())
        && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_entry_is_named_with_its_place() {
        for (text, says) in [
            ("", "no message"),
            ("->", "no entry"),
            ("alice -> INVITE", "no entry"),
            ("-> bob INVITE", "no entry"),
            ("INVITE sip:bob", "no message"),
            ("1234", "no message"),
            ("x80", ""),
            ("1x0", "no message"),
            ("200 ", ""),
            ("?", "no message"),
            ("180||183", "no message"),
        ] {
            let read = Ladder::read(&["INVITE", text]);
            match read {
                Err((place, fault)) => {
                    assert_eq!(place, 1);
                    assert!(fault.contains(says) && !says.is_empty(), "{text}: {fault}");
                }
                Ok(_) => assert!(says.is_empty(), "{text}"),
            }
        }
        let long = vec!["*"; MOST_ENTRIES + 1];
        assert_eq!(Ladder::read(&long).unwrap_err().0, MOST_ENTRIES);
    }

    #[test]
    fn once_at_least_is_once_and_any_number() {
        let ladder = Ladder::read(&["180+", "...", "a -> b 100?"]).unwrap();
        let times: Vec<Times> = ladder.entries.iter().map(|it| it.times).collect();
        assert_eq!(times, [Times::Once, Times::Any, Times::Any, Times::Maybe]);
        assert!(ladder.has_hops());
    }
}
