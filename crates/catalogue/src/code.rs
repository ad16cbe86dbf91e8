//! The response codes and what is known of each.

use std::fmt;

use serde::Serialize;

use crate::class::{Class, class_of};
use crate::data::CODES;

/// What is known of one response code.
///
/// The short texts are clauses: they start in lower case and end without a full
/// stop, so that they fit into a sentence, a log line or a cell of a table.
#[derive(Debug, Serialize)]
pub struct Code {
    /// The number, 100 to 699.
    pub code: u16,
    /// Its reason phrase in the IANA registry.
    pub name: &'static str,
    /// What it says about the call: "the callee is busy at this phone".
    pub brief: &'static str,
    /// When it is seen.
    pub when: &'static str,
    /// What to do about it, in one line.
    pub fix: &'static str,
    /// How serious it is when a call ends with it; `None` for 1xx and 2xx.
    pub severity: Option<SeverityHint>,
    /// Where it is defined.
    pub reference: Reference,
    /// Whether the IANA registry has it.
    pub registered: bool,
    /// Who may send it.
    pub sender: &'static str,
    /// How far it travels.
    pub travels: &'static str,
    /// Whether it ends the transaction, and how.
    pub ends: &'static str,
    /// Who acknowledges it.
    pub ack: &'static str,
    /// What its Contact header is for.
    pub contact: &'static str,
    /// What the client does next.
    pub next: &'static str,
    /// The long part of the entry.
    pub details: &'static Details,
}

/// How serious it is that a call ends with a code, before anything else is known of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SeverityHint {
    /// Something that users do: busy, declined, cancelled, no answer.
    Note,
    /// Something to look at.
    Warning,
    /// A fault.
    Error,
}

/// The long part of an entry. All texts are whole sentences.
#[derive(Debug, Serialize)]
pub struct Details {
    /// What the code is, in paragraphs.
    pub description: &'static [&'static str],
    /// What the caller hears or notices.
    pub caller: Option<&'static str>,
    /// Who may send it, and who must.
    pub senders: &'static [&'static str],
    /// When it is seen.
    pub when: &'static [&'static str],
    /// What is expected to happen next.
    pub next: &'static [&'static str],
    /// What `causes` are the causes of: a heading.
    pub causes_of: &'static str,
    /// The causes, likeliest first.
    pub causes: &'static [&'static str],
    /// What to look for in a capture, to be sure of the cause.
    pub confirm: &'static [&'static str],
    /// What to do, first things first.
    pub fix: &'static [&'static str],
    /// Where a product's configuration brings the code about, or cures it.
    pub settings: &'static [Setting],
    /// Codes that are taken for this one.
    pub confused_with: &'static [Confusion],
    /// What sipwhy's rules report about it.
    pub rules: &'static [RuleNote],
    /// Where to read more.
    pub references: &'static [Reference],
}

/// Where a product's configuration brings a code about, or cures it.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// The product.
    pub product: Product,
    /// What to look at there.
    pub advice: &'static str,
}

/// The products whose settings are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// Asterisk, with its channel driver PJSIP.
    Asterisk,
    /// FreeSWITCH, with its SIP stack Sofia.
    FreeSwitch,
    /// Kamailio.
    Kamailio,
    /// OpenSIPS.
    OpenSips,
}

impl Product {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asterisk => "Asterisk (PJSIP)",
            Self::FreeSwitch => "FreeSWITCH",
            Self::Kamailio => "Kamailio",
            Self::OpenSips => "OpenSIPS",
        }
    }
}

/// A code that is taken for another.
#[derive(Debug, Serialize)]
pub struct Confusion {
    /// The other code.
    pub code: u16,
    /// How to tell them apart.
    pub difference: &'static str,
}

/// What a rule reports about a code.
#[derive(Debug, Serialize)]
pub struct RuleNote {
    /// The rule.
    pub id: &'static str,
    /// When it speaks up.
    pub reports: &'static str,
}

/// A place to read more. Displays as `RFC 3261 §21.1.1`, or by its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Where it is.
    pub source: Source,
    /// What is said there.
    pub about: &'static str,
}

/// What is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An RFC.
    Rfc {
        /// Its number.
        number: u16,
        /// The section, where a single one says it.
        section: Option<&'static str>,
    },
    /// Another page: a standard of another body, a product's manual.
    Page {
        /// What it is called.
        title: &'static str,
        /// Its address.
        url: &'static str,
    },
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Source::Rfc {
                number,
                section: Some(section),
            } => write!(f, "RFC {number} §{section}"),
            Source::Rfc {
                number,
                section: None,
            } => write!(f, "RFC {number}"),
            Source::Page { title, .. } => f.write_str(title),
        }
    }
}

impl Reference {
    /// The address of the text.
    #[must_use]
    pub fn url(&self) -> String {
        match self.source {
            Source::Rfc { number, section } => {
                let base = format!("https://www.rfc-editor.org/rfc/rfc{number}");
                section.map_or(base.clone(), |section| format!("{base}#section-{section}"))
            }
            Source::Page { url, .. } => url.to_owned(),
        }
    }
}

impl Code {
    /// The code with its name: "305 Use Proxy".
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.code, self.name)
    }

    /// Its class. Entries outside 100 to 699 do not pass the build.
    #[must_use]
    pub fn class(&self) -> Class {
        class_of(self.code).unwrap_or(Class::GlobalFailure)
    }
}

/// The entry of `code`, if there is one.
#[must_use]
pub fn code(code: u16) -> Option<&'static Code> {
    CODES
        .binary_search_by_key(&code, |entry| entry.code)
        .ok()
        .map(|index| &CODES[index])
}

/// Every entry, in the order of the codes.
#[must_use]
pub fn codes() -> &'static [Code] {
    CODES
}

/// The codes about which this rule reports something.
pub fn codes_of_rule(id: &str) -> impl Iterator<Item = &'static Code> {
    CODES
        .iter()
        .filter(move |code| code.details.rules.iter().any(|rule| rule.id == id))
}

/// What `number` says about a call, in a few words.
///
/// A code without an entry is described by its class, as RFC 3261 §8.1.3.2 has clients treat it.
#[must_use]
pub fn brief(number: u16) -> &'static str {
    match (code(number), class_of(number)) {
        (Some(entry), _) => entry.brief,
        (None, Some(class)) => class.text().brief,
        (None, None) => "not a response code, these run from 100 to 699",
    }
}

/// The code that `query` names: `305`, `use proxy`, `Use-Proxy` or `305 Use Proxy`.
#[must_use]
pub fn find(query: &str) -> Option<&'static Code> {
    let query = normal(query);
    CODES.iter().find(|entry| {
        let name = normal(entry.name);
        query == entry.code.to_string() || query == name || query == normal(&entry.label())
    })
}

/// Lower case, with everything but letters and digits made one blank.
pub(crate) fn normal(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                ' '
            }
        })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
