//! What a word names: a code, a cause, a warn-code or a topic.

use crate::cause::{Cause, cause};
use crate::class::{Class, class_of};
use crate::code::{Code, code, find};
use crate::document::Document;
use crate::explain;
use crate::topic::{Kind, Topic, topics_called};
use crate::warning::{Warning, warning};

/// Something that has a page.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    /// A response code.
    Code(&'static Code),
    /// A response code without an entry, and its class.
    UnknownCode(u16, Class),
    /// A release cause of the telephone network.
    Cause(&'static Cause),
    /// A code of the Warning header.
    Warning(&'static Warning),
    /// A method, a header, a timer, a term.
    Topic(&'static Topic),
}

impl Subject {
    /// The response code with this number, 100 to 699.
    #[must_use]
    pub fn of_code(number: u16) -> Option<Self> {
        match code(number) {
            Some(entry) => Some(Self::Code(entry)),
            None => class_of(number).map(|class| Self::UnknownCode(number, class)),
        }
    }

    /// Everything that `query` names, the likeliest first: `305`, `use proxy`, `q850 34`,
    /// `warning 399`, `Via`, `header v`, `timer b`, `branch`.
    #[must_use]
    pub fn look_up(query: &str) -> Vec<Self> {
        let query = query.trim().to_lowercase();
        let mut found: Vec<Self> = Vec::new();
        if let Ok(number) = query.parse() {
            found.extend(Self::of_code(number));
        }
        found.extend(find(&query).map(Self::Code).filter(|_| found.is_empty()));
        found.extend(numbered(&query));
        found.extend(topics_called(&query).map(Self::Topic));
        if let Some((kind, name)) = query.split_once(' ')
            && let Some(kind) = Kind::named(kind)
        {
            let of_kind = topics_called(name).filter(|topic| topic.kind == kind);
            found.extend(of_kind.map(Self::Topic));
        }
        found
    }

    /// What `sipwhy explain` calls it, so that nothing else is meant.
    #[must_use]
    pub fn query(&self) -> String {
        match self {
            Self::Code(code) => code.code.to_string(),
            Self::UnknownCode(code, _) => code.to_string(),
            Self::Cause(cause) => format!("q850 {}", cause.number),
            Self::Warning(warning) => format!("warning {}", warning.number),
            Self::Topic(topic) => {
                // `199` alone is the response code, not the option tag.
                let is_first = matches!(
                    Self::look_up(topic.name).first(),
                    Some(Self::Topic(first)) if std::ptr::eq(*first, *topic)
                );
                match topic.kind {
                    _ if is_first => topic.name.to_lowercase(),
                    Kind::Event => format!("event {}", topic.name.to_lowercase()),
                    Kind::OptionTag => format!("option {}", topic.name.to_lowercase()),
                    Kind::Reason => format!("reason {}", topic.name.to_lowercase()),
                    kind => format!("{} {}", kind.name(), topic.name.to_lowercase()),
                }
            }
        }
    }

    /// Its name for people, such as `305 Use Proxy` or `Timer B`.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Code(code) => code.label(),
            Self::UnknownCode(code, _) => code.to_string(),
            Self::Cause(cause) => format!("Q.850 cause {}: {}", cause.number, cause.name),
            Self::Warning(warning) => format!("Warning {}: {}", warning.number, warning.name),
            Self::Topic(topic) => explain::topic_title(topic),
        }
    }

    /// What it is, as a clause.
    #[must_use]
    pub fn brief(&self) -> &'static str {
        match self {
            Self::Code(code) => code.brief,
            Self::UnknownCode(_, class) => class.text().brief,
            Self::Cause(cause) => cause.meaning,
            Self::Warning(warning) => warning.meaning,
            Self::Topic(topic) => topic.brief,
        }
    }

    /// All that is known of it, with `rule_brief` for what the rules that it leads to are about.
    #[must_use]
    pub fn page(&self, rule_brief: explain::RuleBrief<'_>) -> Document {
        match self {
            Self::Code(code) => explain::explain_code(code.code),
            Self::UnknownCode(code, _) => explain::explain_code(*code),
            Self::Cause(cause) => explain::explain_cause(cause),
            Self::Warning(warning) => explain::explain_warning(warning),
            Self::Topic(topic) => explain::explain_topic(topic, rule_brief),
        }
    }
}

/// A number with a word that says of what: `q850 34`, `cause=34`, `warning 399`, `sip 408`.
fn numbered(query: &str) -> Option<Subject> {
    let (kind, number) = query.rsplit_once([' ', '='])?;
    let number: u16 = number.trim().parse().ok()?;
    let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
    match kind.as_str() {
        "q850" | "cause" | "q850cause" => cause(number).map(Subject::Cause),
        "warning" | "warn" | "warncode" => warning(number).map(Subject::Warning),
        "sip" | "code" | "sipcode" | "response" => Subject::of_code(number),
        _ => None,
    }
}
