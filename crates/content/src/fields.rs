//! Header fields of body parts, of fragments of SIP and of CPIM: `Name: value` lines.

use crate::lines::{LineEnd, Lines};
use crate::piece::Piece;

/// One header field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field<'a> {
    /// What stands before the colon; all of the line where there is none.
    pub name: Piece<'a>,
    /// What stands after it; it holds the line ends of folded lines.
    pub value: Option<Piece<'a>>,
}

/// Header fields up to an empty line.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    lines: Lines<'a>,
    is_over: bool,
}

impl<'a> Fields<'a> {
    /// The fields at the beginning of `text`.
    pub const fn new(text: Piece<'a>) -> Self {
        Self {
            lines: Lines::new(text),
            is_over: false,
        }
    }

    /// The value of the first field of this name, in any case.
    pub fn get(self, name: &str) -> Option<Piece<'a>> {
        self.filter(|field| field.name.is(name))
            .find_map(|field| field.value)
    }

    /// What follows the empty line; empty where there is no such line.
    pub fn body(mut self) -> Piece<'a> {
        while self.next().is_some() {}
        self.lines.rest()
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        if self.is_over {
            return None;
        }
        let before = self.lines.rest();
        let Some(line) = self.lines.next().filter(|line| !line.text.is_empty()) else {
            self.is_over = true;
            return None;
        };
        let mut text = line.text;
        let mut end = line.end;
        // A line that begins with white space goes on with the one before.
        while end != LineEnd::None && matches!(self.lines.rest().first(), Some(b' ' | b'\t')) {
            let Some(folded) = self.lines.next() else {
                break;
            };
            let length = folded.text.span().end - before.span().start;
            (text, end) = (before.split_at(length).0, folded.end);
        }
        Some(match text.split_once(b':') {
            Some((name, value)) => Field {
                name: name.trim(),
                value: Some(value.trim()),
            },
            None => Field {
                name: text,
                value: None,
            },
        })
    }
}
