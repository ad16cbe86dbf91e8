//! Making blocks out of the clauses and sentences of the data.

use crate::document::Block;
use crate::inline::{Inline, parse_inline};

/// A clause with a capital letter and a full stop.
pub(crate) fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// A paragraph of text with inline Markdown.
pub(crate) fn paragraph(text: &str) -> Block {
    Block::Paragraph(parse_inline(text))
}

/// One cell or item that holds a clause, made a sentence.
pub(crate) fn stated(clause: &str) -> Vec<Block> {
    vec![paragraph(&sentence(clause))]
}

/// A heading below the title.
pub(crate) fn heading(text: &str) -> Block {
    Block::Heading {
        level: 2,
        text: vec![Inline::Text(text.to_owned())],
    }
}

/// A list; a single item is a paragraph instead.
pub(crate) fn list<T: AsRef<str>>(ordered: bool, items: &[T]) -> Block {
    match items {
        [only] => paragraph(only.as_ref()),
        _ => Block::List {
            ordered,
            items: items
                .iter()
                .map(|item| vec![paragraph(item.as_ref())])
                .collect(),
        },
    }
}
