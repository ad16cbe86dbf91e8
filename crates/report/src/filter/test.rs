//! One comparison of an expression.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use sipwhy_annotator::{Network, RULES, Severity};
use sipwhy_catalogue::nearest;
use sipwhy_packet::Timestamp;

use super::facts::Facts;
use super::moment;

/// What can be compared.
pub(super) const FIELDS: [&str; 12] = [
    "kind",
    "call_id",
    "user",
    "address",
    "source",
    "destination",
    "method",
    "code",
    "rule",
    "severity",
    "verdict",
    "time",
];

/// The words for how sure a finding is.
const VERDICTS: [&str; 3] = ["confirmed", "inconclusive", "resolved"];

/// How two values are compared. `!=` is a test for `==`, denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
    Contains,
}

impl Comparison {
    /// Whether `ordering` of a value and the wanted one is what is asked for.
    const fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::More => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
            Self::Contains => false,
        }
    }
}

/// One comparison, its value read.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Kind(&'static str),
    CallId(Comparison, String),
    User(Comparison, String),
    Method(Comparison, String),
    Rule(Comparison, String),
    Code(Comparison, RangeInclusive<u16>),
    Severity(Comparison, Severity),
    Verdict(&'static str),
    Address(Side, Network),
    Time(Comparison, When),
}

/// Which address of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Either,
    Source,
    Destination,
}

/// A moment, by the calendar or from the first message on.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    At(Timestamp),
    After(Duration),
}

impl Test {
    /// Reads a comparison of the field of this name.
    pub(super) fn new(field: &str, comparison: Comparison, value: &str) -> Result<Self, String> {
        use Comparison::{Contains, Equal};
        let is_text = matches!(comparison, Equal | Contains);
        let may = match field {
            "kind" | "verdict" | "address" | "source" | "destination" => comparison == Equal,
            "call_id" | "user" | "method" | "rule" => is_text,
            _ => comparison != Contains,
        };
        if FIELDS.contains(&field) && !may {
            return Err(format!("`{field}` cannot be compared like this"));
        }
        Ok(match field {
            "kind" => Self::Kind(one_of(value, &["message", "annotation", "call"])?),
            "call_id" => Self::CallId(comparison, value.to_owned()),
            "user" => Self::User(comparison, value.to_owned()),
            "method" => Self::Method(comparison, value.to_ascii_uppercase()),
            "rule" => {
                if comparison == Equal {
                    known_rule(value)?;
                }
                Self::Rule(comparison, value.to_owned())
            }
            "code" => Self::Code(comparison, codes(value)?),
            "verdict" => Self::Verdict(one_of(value, &VERDICTS)?),
            "severity" => Self::Severity(comparison, severity(value)?),
            "address" => Self::Address(Side::Either, network(value)?),
            "source" => Self::Address(Side::Source, network(value)?),
            "destination" => Self::Address(Side::Destination, network(value)?),
            "time" => Self::Time(comparison, moment::when(value)?),
            _ => return Err(unknown("field", field, FIELDS)),
        })
    }

    /// Whether any value of the field is as asked for.
    pub(super) fn holds(&self, of: &Facts, first: Timestamp) -> bool {
        match self {
            Self::Kind(kind) => of.kind == *kind,
            Self::CallId(how, wanted) => of.call_id.iter().any(|it| is_text(*how, it, wanted)),
            Self::User(how, wanted) => of
                .users
                .iter()
                .any(|it| is_text(*how, it, wanted) || is_same_number(*how, it, wanted)),
            Self::Method(how, wanted) => of.methods.iter().any(|it| is_text(*how, it, wanted)),
            Self::Rule(how, wanted) => of.rules.iter().any(|it| is_text(*how, it, wanted)),
            Self::Code(how, wanted) => of.codes.iter().any(|code| match how {
                Comparison::Equal => wanted.contains(code),
                Comparison::Less | Comparison::AtLeast => how.holds(code.cmp(wanted.start())),
                _ => how.holds(code.cmp(wanted.end())),
            }),
            Self::Severity(how, wanted) => of.severity.is_some_and(|it| how.holds(it.cmp(wanted))),
            Self::Verdict(wanted) => of.verdict == Some(*wanted),
            Self::Address(side, network) => {
                let is_in = |host: &IpAddr| network.contains(*host);
                *side != Side::Destination && of.sources.iter().any(is_in)
                    || *side != Side::Source && of.destinations.iter().any(is_in)
            }
            Self::Time(how, wanted) => of.time.is_some_and(|(began, newest)| {
                let wanted = match wanted {
                    When::At(time) => *time,
                    When::After(span) => first + *span,
                };
                match how {
                    Comparison::Less | Comparison::AtMost => how.holds(began.cmp(&wanted)),
                    Comparison::Equal => began <= wanted && wanted <= newest,
                    _ => how.holds(newest.cmp(&wanted)),
                }
            }),
        }
    }
}

fn is_text(how: Comparison, value: &str, wanted: &str) -> bool {
    match how {
        Comparison::Contains => value.contains(wanted),
        _ => value == wanted,
    }
}

/// Whether both are the same number, however its digits are set apart (RFC 3966 §5.1.1).
fn is_same_number(how: Comparison, value: &str, wanted: &str) -> bool {
    let digits = |text: &str| -> Option<String> {
        let bare: String = text.chars().filter(|c| !"-.() ".contains(*c)).collect();
        let number = bare.strip_prefix('+').unwrap_or(&bare);
        let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
        is_number.then(|| number.to_owned())
    };
    how == Comparison::Equal && digits(value).is_some_and(|it| Some(it) == digits(wanted))
}

fn unknown<'n>(what: &str, name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let meant = nearest(name, names);
    let meant = meant.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
    format!("no {what} is called `{name}`{meant}")
}

fn one_of(value: &str, words: &[&'static str]) -> Result<&'static str, String> {
    let found = words.iter().find(|word| **word == value);
    found
        .copied()
        .ok_or_else(|| format!("`{value}` is none of {}", words.join(", ")))
}

fn known_rule(id: &str) -> Result<(), String> {
    let mut ids = RULES.iter().map(|rule| rule.info().id);
    match ids.clone().any(|known| known == id) {
        true => Ok(()),
        false => Err(unknown("rule", id, &mut ids)),
    }
}

fn severity(word: &str) -> Result<Severity, String> {
    let known = [Severity::Note, Severity::Warning, Severity::Error];
    let found = known.into_iter().find(|it| it.as_str() == word);
    found.ok_or_else(|| unknown("severity", word, known.map(Severity::as_str)))
}

fn network(text: &str) -> Result<Network, String> {
    text.parse().map_err(|fault| format!("`{text}`: {fault}"))
}

/// `486`, `4xx` or `400-499`.
fn codes(text: &str) -> Result<RangeInclusive<u16>, String> {
    let fault = || format!("`{text}` is no status code such as 486, 4xx or 400-499");
    let code = |text: &str| text.parse::<u16>().map_err(|_| fault());
    if let Some(class) = text.strip_suffix("xx") {
        let class = code(class)?;
        let first = class.checked_mul(100).filter(|_| class < 10);
        let first = first.ok_or_else(fault)?;
        return Ok(first..=first + 99);
    }
    match text.split_once('-') {
        Some((first, last)) => Ok(code(first)?..=code(last)?),
        None => code(text).map(|code| code..=code),
    }
}
