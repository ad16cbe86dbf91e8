//! The shape of the data files. An unknown key is an error, so that a slip of
//! the pen cannot silently drop a field.

use serde::Deserialize;

/// `data/classes.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassFile {
    pub(crate) class: Vec<Class>,
}

/// What holds for a whole class, and stands in where a code says nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(crate) digit: u16,
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) brief: String,
    pub(crate) kind: String,
    pub(crate) sender: String,
    pub(crate) travels: String,
    pub(crate) ends: String,
    pub(crate) ack: String,
    pub(crate) contact: String,
    pub(crate) next: String,
}

/// `data/codes/NNN.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeFile {
    pub(crate) code: u16,
    pub(crate) name: String,
    pub(crate) brief: String,
    pub(crate) when: String,
    pub(crate) fix: String,
    pub(crate) severity: Option<Severity>,
    pub(crate) rfc: Option<u16>,
    pub(crate) section: Option<String>,
    /// Where a code that no RFC defines was found.
    pub(crate) seen_in: Option<Page>,
    #[serde(default = "yes")]
    pub(crate) registered: bool,
    pub(crate) sender: Option<String>,
    pub(crate) travels: Option<String>,
    pub(crate) ends: Option<String>,
    pub(crate) ack: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) details: Details,
}

fn yes() -> bool {
    true
}

/// How serious it is that a call ends with the code.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Note,
    Warning,
    Error,
}

/// The long part of a code's entry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Details {
    pub(crate) description: Vec<String>,
    pub(crate) caller: Option<String>,
    pub(crate) senders: Vec<String>,
    pub(crate) when: Vec<String>,
    pub(crate) next: Vec<String>,
    pub(crate) causes_of: String,
    pub(crate) causes: Vec<String>,
    pub(crate) confirm: Vec<String>,
    pub(crate) fix: Vec<String>,
    #[serde(default)]
    pub(crate) settings: Vec<Setting>,
    #[serde(default)]
    pub(crate) confused_with: Vec<Confusion>,
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
    pub(crate) references: Vec<Reference>,
}

/// Where a product's configuration brings the code about, or cures it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setting {
    pub(crate) product: Product,
    pub(crate) advice: String,
}

/// The products whose settings are named.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Product {
    Asterisk,
    FreeSwitch,
    Kamailio,
    OpenSips,
}

/// A code that people take for this one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confusion {
    pub(crate) code: u16,
    pub(crate) difference: String,
}

/// What a rule of sipwhy reports about the code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) reports: String,
}

/// Where a fact can be read up.
#[derive(Deserialize)]
pub(crate) struct Reference {
    #[serde(flatten)]
    pub(crate) place: Place,
    pub(crate) about: String,
}

/// An RFC, or another page.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Place {
    Rfc { rfc: u16, section: Option<String> },
    Page(Page),
}

/// A page that is no RFC: a standard of another body, a product's manual or source.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) url: String,
}

/// `data/pairs/AAA-BBB.toml`: what is worth saying about two codes together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairFile {
    pub(crate) codes: [u16; 2],
    pub(crate) summary: String,
    pub(crate) differences: Vec<Difference>,
    pub(crate) together: Option<String>,
}

/// One difference between the two codes of a pair.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Difference {
    pub(crate) about: String,
    pub(crate) text: String,
}

/// `data/q850.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CauseFile {
    pub(crate) cause: Vec<Cause>,
}

/// A release cause of the telephone network.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cause {
    pub(crate) number: u16,
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) sip: Option<u16>,
    pub(crate) sip_note: Option<String>,
    #[serde(default)]
    pub(crate) from_sip: Vec<u16>,
}

/// `data/warnings.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WarningFile {
    pub(crate) warning: Vec<Warning>,
}

/// A code of the Warning header field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Warning {
    pub(crate) number: u16,
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) rfc: u16,
    pub(crate) section: Option<String>,
}

/// `data/topics/KIND.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicFile {
    pub(crate) topic: Vec<Topic>,
}

/// Something other than a code that has a page: a method, a header, a timer, a term.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    pub(crate) brief: String,
    #[serde(default)]
    pub(crate) facts: Vec<[String; 2]>,
    #[serde(default)]
    pub(crate) description: Vec<String>,
    pub(crate) example: Option<String>,
    #[serde(default)]
    pub(crate) see: Vec<String>,
    pub(crate) references: Vec<Reference>,
}
