//! Everything other than codes, causes and warnings that has a page: methods, headers, timers, event
//! packages, option tags, and the words that a beginner meets.

use crate::code::Reference;
use crate::data::TOPICS;

/// One such thing.
#[derive(Debug, serde::Serialize)]
pub struct Topic {
    /// What it is.
    pub kind: Kind,
    /// Its name in its usual spelling.
    pub name: &'static str,
    /// Other names: compact forms, abbreviations.
    pub aliases: &'static [&'static str],
    /// What it is, as a clause without a full stop.
    pub brief: &'static str,
    /// Labels and clauses: where a header stands, how long a timer runs.
    #[serde(serialize_with = "crate::json::pairs")]
    pub facts: &'static [(&'static str, &'static str)],
    /// More of it, in paragraphs of whole sentences.
    pub description: &'static [&'static str],
    /// What it looks like on the wire.
    pub example: Option<&'static str>,
    /// Other pages to read, by what `sipwhy explain` calls them.
    pub see: &'static [&'static str],
    /// Where to read more.
    pub references: &'static [Reference],
}

/// The kinds of topics, in the order in which a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request method.
    Method,
    /// A header field.
    Header,
    /// A timer.
    Timer,
    /// An event package (RFC 6665).
    Event,
    /// An option tag of Supported and Require (RFC 3261 §19.2).
    OptionTag,
    /// A protocol of the Reason header (RFC 3326).
    Reason,
    /// A word of the trade.
    Term,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Self; 7] = [
        Self::Method,
        Self::Header,
        Self::Timer,
        Self::Event,
        Self::OptionTag,
        Self::Reason,
        Self::Term,
    ];

    /// What one is called: "header".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Header => "header",
            Self::Timer => "timer",
            Self::Event => "event package",
            Self::OptionTag => "option tag",
            Self::Reason => "Reason protocol",
            Self::Term => "term",
        }
    }

    /// What several are called: "headers".
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Method => "methods",
            Self::Header => "headers",
            Self::Timer => "timers",
            Self::Event => "event packages",
            Self::OptionTag => "option tags",
            Self::Reason => "Reason protocols",
            Self::Term => "terms",
        }
    }

    /// The kind that this word names, in the singular or the plural.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "method" | "methods" => Self::Method,
            "header" | "headers" => Self::Header,
            "timer" | "timers" => Self::Timer,
            "event" | "events" | "event package" | "event packages" | "package" => Self::Event,
            "option" | "options tag" | "option tag" | "option tags" | "tag" => Self::OptionTag,
            "reason" | "reasons" | "reason protocol" | "reason protocols" => Self::Reason,
            "term" | "terms" => Self::Term,
            _ => return None,
        })
    }
}

impl Topic {
    /// Whether it goes by this name, in any case, with blanks or hyphens between the words.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let same = |own: &str| {
            let spaced = |byte: u8| match byte {
                b'-' | b'_' => b' ',
                other => other.to_ascii_lowercase(),
            };
            own.bytes().map(spaced).eq(name.bytes().map(spaced))
        };
        same(self.name) || self.aliases.iter().any(|alias| same(alias))
    }
}

/// Every topic, kind by kind.
#[must_use]
pub fn topics() -> &'static [Topic] {
    TOPICS
}

/// The topics that go by `name`, in the order of their kinds: `info` is a method and an option.
pub fn topics_called(name: &str) -> impl Iterator<Item = &'static Topic> {
    TOPICS.iter().filter(move |topic| topic.is_called(name))
}
