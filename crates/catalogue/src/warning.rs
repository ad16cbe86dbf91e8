//! The codes of the Warning header field (RFC 3261 §20.43).

use crate::code::Reference;
use crate::data::WARNINGS;

/// A warn-code, as it comes in `Warning: 305 example.com "..."`.
///
/// These numbers have nothing to do with response codes of the same value.
#[derive(Debug, serde::Serialize)]
pub struct Warning {
    /// The warn-code, 300 to 399.
    pub number: u16,
    /// Its recommended text.
    pub name: &'static str,
    /// What it says, as a clause without a full stop.
    pub meaning: &'static str,
    /// Where it is defined.
    pub reference: Reference,
}

/// The warn-code with this number.
#[must_use]
pub fn warning(number: u16) -> Option<&'static Warning> {
    WARNINGS
        .binary_search_by_key(&number, |warning| warning.number)
        .ok()
        .map(|index| &WARNINGS[index])
}

/// All warn-codes, in the order of their numbers.
#[must_use]
pub fn warnings() -> &'static [Warning] {
    WARNINGS
}
