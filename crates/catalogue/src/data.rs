//! The tables that the build made from `data/`.

use crate::cause::Cause;
use crate::class::ClassText;
// Some of these names appear in the data only once an entry uses them.
#[allow(unused_imports)]
use crate::code::{
    Code, Confusion, Details, Product, Reference, RuleNote, Setting, SeverityHint, Source,
};
use crate::compare::{Difference, Pair};
// And these while there is no topic of a kind.
#[allow(unused_imports)]
use crate::topic::{Kind, Topic};
use crate::warning::Warning;

include!(concat!(env!("OUT_DIR"), "/data.rs"));
