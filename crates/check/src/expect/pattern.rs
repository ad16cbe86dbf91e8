//! Patterns for names: `*` for any run, `?` for any one character, `\` before either for itself.

use std::fmt;

/// A pattern, read. It matches the whole of a text or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    text: String,
    tokens: Vec<Token>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Is(char),
    /// Any one character but a separator.
    One,
    /// Any run of characters but separators.
    Run,
    /// Any run of characters.
    Everything,
}

impl Pattern {
    /// Reads a pattern for names.
    pub(crate) fn new(text: &str) -> Self {
        Self::read(text, false)
    }

    /// Reads a pattern for paths: only `**` reaches across a `/`.
    pub(crate) fn of_path(text: &str) -> Self {
        Self::read(text, true)
    }

    fn read(text: &str, is_path: bool) -> Self {
        let mut tokens = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' if !is_path => Token::Everything,
                '*' if characters.next_if_eq(&'*').is_some() => Token::Everything,
                '*' => Token::Run,
                '?' => Token::One,
                '\\' => Token::Is(characters.next().unwrap_or('\\')),
                other => Token::Is(other),
            });
        }
        Self {
            text: text.to_owned(),
            tokens,
        }
    }

    /// Whether it matches the whole of `text`.
    pub(crate) fn matches(&self, text: &str) -> bool {
        // Which lengths of the text so far each beginning of the pattern matches: time is the
        // product of both lengths, whatever stands in them.
        let mut reached = vec![false; self.tokens.len() + 1];
        set(&mut reached, 0);
        self.pass_empty(&mut reached);
        for character in text.chars() {
            let mut next = vec![false; reached.len()];
            for (place, token) in self.tokens.iter().enumerate() {
                if !at(&reached, place) {
                    continue;
                }
                match token {
                    Token::Is(own) if *own == character => set(&mut next, place + 1),
                    Token::One if character != '/' => set(&mut next, place + 1),
                    Token::Run if character != '/' => set(&mut next, place),
                    Token::Everything => set(&mut next, place),
                    _ => {}
                }
            }
            self.pass_empty(&mut next);
            reached = next;
        }
        reached.last().copied().unwrap_or(false)
    }

    /// A run may be of no characters.
    fn pass_empty(&self, reached: &mut [bool]) {
        for (place, token) in self.tokens.iter().enumerate() {
            if at(reached, place) && matches!(token, Token::Run | Token::Everything) {
                set(reached, place + 1);
            }
        }
    }

    /// As it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The one text that it matches, if there is but one.
    pub(crate) fn literal(&self) -> Option<String> {
        let only = self.tokens.iter().map(|token| match token {
            Token::Is(character) => Some(*character),
            _ => None,
        });
        only.collect()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn at(reached: &[bool], place: usize) -> bool {
    reached.get(place).copied().unwrap_or(false)
}

fn set(reached: &mut [bool], place: usize) {
    if let Some(reached) = reached.get_mut(place) {
        *reached = true;
    }
}

/// The pattern that matches this text alone.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_as_a_whole() {
        for (pattern, text, matches) in [
            ("alice", "alice", true),
            ("alice", "alice2", false),
            ("a*e", "alice", true),
            ("*", "", true),
            ("?", "", false),
            ("+4930*", "+4930123456", true),
            ("al?ce", "alice", true),
            ("*@example.*", "sip:bob@example.com", true),
            ("\\*97", "*97", true),
            ("\\*97", "197", false),
            ("a*b*c", "abxbc", true),
            ("a*b*c", "abxb", false),
            ("é?", "éü", true),
        ] {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                matches,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn one_star_stays_in_a_directory_and_two_go_anywhere() {
        for (pattern, text, matches) in [
            ("*.pcap", "a.pcap", true),
            ("*.pcap", "b/a.pcap", false),
            ("**.pcap", "b/c/a.pcap", true),
            ("b/**/a.pcap", "b/c/d/a.pcap", true),
            ("b/?.pcap", "b/a.pcap", true),
            ("b?a.pcap", "b/a.pcap", false),
        ] {
            let found = Pattern::of_path(pattern).matches(text);
            assert_eq!(found, matches, "{pattern} {text}");
        }
    }

    #[test]
    fn what_was_escaped_matches_itself_alone() {
        for text in ["*97#", "a?b", "a\\b", "\\*", "plain"] {
            let pattern = Pattern::new(&escaped(text));
            assert!(pattern.matches(text), "{text}");
            assert_eq!(pattern.literal().as_deref(), Some(text));
        }
        assert_eq!(Pattern::new("a*").literal(), None);
    }

    #[test]
    fn many_stars_take_no_time_to_speak_of() {
        let pattern = Pattern::new(&"*a".repeat(200));
        assert!(!pattern.matches(&"a".repeat(199)));
    }
}
