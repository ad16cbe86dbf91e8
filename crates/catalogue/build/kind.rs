//! What kinds of topics there are, by the file that holds them.

use std::path::Path;

/// The kind of a topic, in the order in which they are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Method,
    Header,
    Timer,
    Event,
    OptionTag,
    Reason,
    Term,
}

impl Kind {
    /// The kind that a file of `data/topics/` holds.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        Some(match path.file_stem()?.to_str()? {
            "methods" => Self::Method,
            "headers" => Self::Header,
            "timers" => Self::Timer,
            "events" => Self::Event,
            "option-tags" => Self::OptionTag,
            "reasons" => Self::Reason,
            "terms" => Self::Term,
            _ => return None,
        })
    }
}
