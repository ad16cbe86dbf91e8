//! The tables that the build made from `data/`.

use crate::cause::Cause;
use crate::class::ClassText;
use crate::code::{Code, Confusion, Details, Reference, RuleNote, SeverityHint};
use crate::compare::{Difference, Pair};
use crate::warning::Warning;

include!(concat!(env!("OUT_DIR"), "/data.rs"));
