//! Drawings inside a page of HTML, and how their parts are named and linked there.

use std::collections::BTreeSet;

use sipwhy_packet::FrameId;

use super::drawing::draw;
use super::escape::escaped;
use super::frame_id;
use crate::model::{Flow, Message};

/// Where what is drawn leads to, by the ids of the page around it.
pub trait Links {
    /// The id of what is said of a message.
    fn message(&self, message: &Message) -> Option<String>;
    /// The id of what is said of the finding of this number.
    fn finding(&self, number: u64) -> Option<String>;
}

/// Nothing leads anywhere.
pub(super) struct Unlinked;

impl Links for Unlinked {
    fn message(&self, _: &Message) -> Option<String> {
        None
    }

    fn finding(&self, _: u64) -> Option<String> {
        None
    }
}

/// The ids of messages, each given once, and what leads away from them.
pub(super) struct Names<'a> {
    prefix: &'a str,
    taken: BTreeSet<String>,
    pub(super) links: &'a dyn Links,
}

impl<'a> Names<'a> {
    pub(super) const fn new(prefix: &'a str, links: &'a dyn Links) -> Self {
        Self {
            prefix,
            taken: BTreeSet::new(),
            links,
        }
    }

    /// The id of the message that this frame completed, unless another one has it.
    pub(super) fn id(&mut self, frame: FrameId) -> Option<String> {
        let id = format!("{}{}", self.prefix, frame_id(frame));
        self.taken.insert(id.clone()).then_some(id)
    }
}

/// Drawings that stand in one page: it holds [`STYLE`](super::STYLE) once, for all of them. They
/// carry no style of their own, so that the page may forbid what is not its own.
pub struct Inlay<'a>(Names<'a>);

impl<'a> Inlay<'a> {
    /// Drawings whose ids begin with `prefix`, which has to suit an id, and which are linked to
    /// the page around them.
    #[must_use]
    pub const fn new(prefix: &'a str, links: &'a dyn Links) -> Self {
        Self(Names::new(prefix, links))
    }

    /// The next drawing.
    pub fn draw(&mut self, flow: &Flow) -> String {
        let drawn = draw(flow, &mut self.0);
        let (width, height, body) = (drawn.width, drawn.height, drawn.body);
        let title = escaped(&flow.title());
        // With links in it, it is no image to those who cannot see it.
        format!(
            r#"<svg class="sipwhy-flow" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="group" aria-label="{title}">
{body}</svg>
"#
        )
    }
}
