//! What is not compared, because the user does not want it to be.

use std::str::FromStr;

use crate::fields::{FIELDS, Field};

/// Kinds of differences that can be left out as a whole.
const KINDS: [&str; 4] = ["order", "timings", "findings", "headers"];

/// Something that is not to be compared: `order`, `timings`, `findings`, `headers`, or one of the
/// fields that are compared by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore(&'static str);

impl FromStr for Ignore {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields = FIELDS.iter().map(|field| field.name);
        let mut known = KINDS.into_iter().chain(fields);
        let found = known.find(|name| name.eq_ignore_ascii_case(text));
        found.map(Self).ok_or_else(|| {
            let fields: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
            format!(
                "`{text}` is not compared in any case; what is: {}, {}",
                KINDS.join(", "),
                fields.join(", ")
            )
        })
    }
}

/// Whether something of this name is to be left out.
pub(crate) fn has(all: &[Ignore], name: &str) -> bool {
    all.iter().any(|it| it.0 == name)
}

/// Whether a field is compared.
pub(crate) fn compares(all: &[Ignore], field: &Field) -> bool {
    !has(all, "headers") && !has(all, field.name)
}
