//! For people who get it from others: one page of HTML that holds everything and loads nothing.
//!
//! ```text
//! Pipeline ─► Gathering ─► Part ─┐
//! Pipeline ─► Gathering ─► Part ─┴─► page   findings, calls with ladders, messages, terms
//! ```
//!
//! A [`Gathering`] keeps what is shown of a capture, within bounds; what it shows of it is a
//! [`Part`]. Text from strangers gets into a page through [`Markup`](markup::Markup) alone, which
//! escapes it.

mod call;
#[cfg(test)]
mod contrast;
mod expectations;
mod finding;
mod gathering;
mod kept;
mod marks;
mod markup;
mod message;
mod outcome;
mod overview;
mod page;
mod part;
mod parts;
mod progress;
mod room;
mod scene;
mod terms;
mod timings;

use sipwhy_annotator::Annotation;
use sipwhy_pipeline::{Observed, Summary};

use crate::ending::Ending;
use crate::inputs::Inputs;
use crate::output::Output;
pub use expectations::{Unmet, UnmetRow};
use gathering::Gathering;
pub use part::Part;
pub use parts::Parts;

/// Writes a page when the capture is over, or keeps what it will hold of this capture.
#[derive(Debug)]
pub struct Html {
    output: Output,
    /// What is to be shown; nothing once it is.
    gathering: Option<Gathering>,
    /// Whether this is one capture of several.
    is_part: bool,
    part: Option<Part>,
}

impl Html {
    /// Writes a page to `output`.
    #[must_use]
    pub fn new(output: Output, inputs: Inputs) -> Self {
        Self {
            output,
            gathering: Some(Gathering::new(inputs, None)),
            is_part: false,
            part: None,
        }
    }

    /// Keeps the part of a page that is about the capture of this name and place among several.
    #[must_use]
    pub fn part_of_several(inputs: Inputs, name: &str, place: usize) -> Self {
        Self {
            output: Output::new(std::io::sink()),
            gathering: Some(Gathering::new(inputs, Some((name, place)))),
            is_part: true,
            part: None,
        }
    }

    pub(crate) const fn output(&self) -> &Output {
        &self.output
    }

    /// What was kept, when the capture is over.
    pub(crate) const fn take_part(&mut self) -> Option<Part> {
        self.part.take()
    }

    pub(crate) fn message(&mut self, observed: &Observed<'_, '_>) {
        if let Some(gathering) = &mut self.gathering {
            gathering.message(observed);
        }
    }

    pub(crate) fn annotation(&mut self, annotation: &Annotation) {
        if let Some(gathering) = &mut self.gathering {
            gathering.annotation(annotation);
        }
    }

    /// Whether calls are left out from now on, unless others give way.
    pub(crate) fn is_full(&self) -> bool {
        self.gathering.as_ref().is_some_and(Gathering::is_full)
    }

    /// Lets calls give way: those that are not wanted, and those of which nothing was found.
    pub(crate) fn make_room(&mut self, is_wanted: impl Fn(u64) -> bool) {
        if let Some(gathering) = &mut self.gathering {
            gathering.make_room(is_wanted);
        }
    }

    /// The capture is over. Calls are shown whose numbers are wanted.
    pub(crate) fn finish(
        &mut self,
        is_wanted: impl Fn(u64) -> bool,
        summary: &Summary,
        ending: &Ending,
    ) {
        let Some(gathering) = self.gathering.take() else {
            return;
        };
        let part = gathering.finish(is_wanted, summary, ending);
        if self.is_part {
            self.part = Some(part);
        } else {
            let mut parts = Parts::default();
            parts.add(part);
            self.output.put(parts.page().as_bytes());
        }
    }
}
