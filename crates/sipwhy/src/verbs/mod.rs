//! The verbs of the command line, one file each.

mod annotated;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
mod follow;
pub(crate) mod lint;
pub(crate) mod live;
pub(crate) mod man;
pub(crate) mod read;
mod reading;
mod replay;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod site;
pub(crate) mod tail;
