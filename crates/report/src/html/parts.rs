//! The parts of a page, as much as it has room for.

use super::expectations::{Expectations, Unmet};
use super::page::page;
use super::part::Part;
use super::room::A_PAGE;

/// The parts of a page, in order.
#[derive(Debug, Default)]
pub struct Parts {
    parts: Vec<Part>,
    bytes: usize,
    expectations: Expectations,
}

impl Parts {
    /// Adds a part; where the page is full already, what it counts alone.
    pub fn add(&mut self, mut part: Part) {
        if self.bytes >= A_PAGE {
            part.count_only();
        }
        self.bytes += part.bytes();
        self.parts.push(part);
    }

    /// Adds an expectation that is not met, of these captures or of one that is not there.
    pub fn add_unmet(&mut self, unmet: &Unmet) {
        self.expectations.add(unmet);
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> String {
        page(&self.parts, &self.expectations)
    }
}
