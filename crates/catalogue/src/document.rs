//! A page, before it is decided how it will look.

use crate::inline::Inline;

/// A page: an explanation, a comparison or a rule's documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The title, as plain text.
    pub title: String,
    /// What stands below it.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading; level 2 is the highest below the title.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its words.
        text: Vec<Inline>,
    },
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A list, numbered if `ordered`.
    List {
        /// Whether the items are numbered.
        ordered: bool,
        /// The items; an item may hold lists in turn.
        items: Vec<Vec<Block>>,
    },
    /// Text kept line by line, such as a message or a call ladder.
    Code {
        /// What follows the opening fence.
        language: String,
        /// The lines.
        text: String,
    },
    /// A table with a head.
    Table {
        /// The cells of the head.
        head: Vec<Vec<Inline>>,
        /// The rows, each as long as the head or shorter.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// Text that is quoted or set apart.
    Quote(Vec<Block>),
    /// Labels, each with what belongs to it.
    Facts(Vec<(String, Vec<Block>)>),
    /// Two things beside each other, point by point.
    Versus {
        /// The name of the left one.
        left: String,
        /// The name of the right one.
        right: String,
        /// The points.
        rows: Vec<Row>,
    },
}

/// One point of a [`Block::Versus`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The point that is looked at.
    pub label: String,
    /// What the left one has to say to it.
    pub left: Vec<Block>,
    /// What the right one has to say to it.
    pub right: Vec<Block>,
}
