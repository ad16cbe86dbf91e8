//! What is said of the signed identity of a caller: when a call is made, and when it is refused.

pub(super) mod claims;
pub(super) mod refusal;

use std::time::Duration;

use crate::annotation::{Evidence, QuotedLine};
use crate::identity::Claims;
use crate::moment::Moment;
use crate::transaction::Transaction;
use crate::world::World;

/// Stages of what is told of one request.
const CLAIMED: u8 = 1;
const REFUSED: u8 = 2;

/// A capture from before STIR has no clock that was set.
const FIRST_TOKENS: u64 = 1_451_606_400;

/// How long before, or after, the capture's time of `at` a token was signed.
#[derive(Clone, Copy)]
enum Age {
    Old(Duration),
    Ahead(Duration),
    Unknown,
}

impl Age {
    fn of(claims: &Claims, at: Moment) -> Self {
        let now = at.time.as_nanos() / 1_000_000_000;
        let Some(issued) = claims.issued_at.filter(|_| now >= FIRST_TOKENS) else {
            return Self::Unknown;
        };
        match now.checked_sub(issued) {
            Some(age) => Self::Old(Duration::from_secs(age)),
            None => Self::Ahead(Duration::from_secs(issued - now)),
        }
    }

    fn is_beyond(self, most: Duration) -> bool {
        match self {
            Self::Old(by) | Self::Ahead(by) => by > most,
            Self::Unknown => false,
        }
    }
}

/// What a token is quoted for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Attestation,
    Origin,
    Destination,
    Time,
    Certificate,
}

/// A token, decoded, with one claim of it underlined.
fn line(claims: &Claims, field: Option<Field>, label: &str) -> QuotedLine {
    let mut text = "Identity, decoded:".to_owned();
    let mut mark = None;
    let attestation = claims.attestation.map(|level| level.letter().to_string());
    let issued = claims.issued_at.map(|at| at.to_string());
    let parts = [
        (None, "ppt", claims.extension.as_deref()),
        (Some(Field::Attestation), "attest", attestation.as_deref()),
        (Some(Field::Origin), "orig", Some(&*claims.origin.claimed)),
        (
            Some(Field::Destination),
            "dest",
            Some(&*claims.destination.claimed),
        ),
        (Some(Field::Time), "iat", issued.as_deref()),
        (
            Some(Field::Certificate),
            "x5u",
            claims.certificate.as_deref(),
        ),
    ];
    for (of, name, value) in parts {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            continue;
        };
        text.push_str(&format!(" {name}="));
        let start = text.len();
        text.push_str(value);
        if of.is_some() && of == field {
            mark = Some((start..text.len(), label.to_owned()));
        }
    }
    QuotedLine { text, mark }
}

/// The request of a transaction as evidence, with these lines.
fn request(world: &World, transaction: &Transaction, lines: Vec<QuotedLine>) -> Option<Evidence> {
    let mut evidence = world.request_evidence(transaction, "")?;
    evidence.quote.extend(lines);
    Some(evidence)
}
