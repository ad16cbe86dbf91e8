//! Text broken into lines.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// How many columns `text` takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// How many columns a character takes.
pub(crate) fn columns_of(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// `text` in lines of at most `first` columns for the first and `rest` for the others, broken
/// between words; a word longer than a line is broken where the line ends.
pub(crate) fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(wrap("one two three", 7, 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 3, 9), ["one", "two three"]);
        assert_eq!(wrap("abcdefgh ij", 4, 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4, 4), [""]);
        assert_eq!(wrap("日本語 x", 5, 5), ["日本", "語 x"]);
    }
}
