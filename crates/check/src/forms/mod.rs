//! What came of a run, in the words of those who read it.

pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod junit;
pub(crate) mod markdown;
mod page;
pub(crate) mod sarif;
mod side_by_side;
pub(crate) mod tap;
pub(crate) mod text;
mod uri;
mod words;
