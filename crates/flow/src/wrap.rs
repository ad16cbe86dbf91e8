//! How much room text takes, and text broken into lines or shortened to fit.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns `text` takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// How many columns a character takes.
#[must_use]
pub fn columns_of(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// `text` in lines of at most `first` columns for the first and `rest` for the others, broken
/// between words; a word longer than a line is broken where the line ends.
#[must_use]
pub fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    let mut room = first.max(1);
    for word in text.split_whitespace() {
        let width = columns(word);
        let gap = usize::from(used > 0);
        if used + gap + width > room && used > 0 {
            lines.push(String::new());
            (used, room) = (0, rest.max(1));
        }
        let Some(mut line) = lines.pop() else {
            break;
        };
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            let wide = columns_of(c);
            if used + wide > room && used > 0 {
                lines.push(std::mem::take(&mut line));
                (used, room) = (0, rest.max(1));
            }
            line.push(c);
            used += wide;
        }
        lines.push(line);
    }
    lines
}

/// `text` in at most `room` columns: its end is cut off where it is longer, with `…` in its place.
#[must_use]
pub fn shorten(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 0;
    for c in text.chars() {
        let wide = columns_of(c);
        if used + wide + 1 > room {
            break;
        }
        short.push(c);
        used += wide;
    }
    if room > 0 {
        short.truncate(short.trim_end().len());
        short.push('…');
    }
    short
}

/// `text` in at most `room` columns, its middle cut out where it is longer: the ends of host names
/// and addresses tell more than their middle.
#[must_use]
pub fn shorten_middle(text: &str, room: usize) -> String {
    if columns(text) <= room || room < 5 {
        return shorten(text, room);
    }
    let front = shorten(text, room.div_ceil(2));
    let mut back = Vec::new();
    let mut left = room - columns(&front);
    for c in text.chars().rev() {
        match left.checked_sub(columns_of(c)) {
            Some(rest) => left = rest,
            None => break,
        }
        back.push(c);
    }
    front + &back.into_iter().rev().collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_shortened() {
        assert_eq!(shorten("180 Ringing", 11), "180 Ringing");
        assert_eq!(shorten("180 Ringing", 8), "180 Rin…");
        assert_eq!(shorten("180 Ringing", 5), "180…");
        assert_eq!(shorten("日本語", 4), "日…");
        assert_eq!(shorten("x", 0), "");
        assert_eq!(shorten_middle("sbc.example.com", 9), "sbc.….com");
        assert_eq!(shorten_middle("日本語日本語", 7), "日…本語");
        assert_eq!(shorten_middle("short", 5), "short");
        assert_eq!(shorten_middle("shorter", 3), "sh…");
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("one two three", 7, 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 3, 9), ["one", "two three"]);
        assert_eq!(wrap("abcdefgh ij", 4, 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4, 4), [""]);
        assert_eq!(wrap("日本語 x", 5, 5), ["日本", "語 x"]);
    }
}
