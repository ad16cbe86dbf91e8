//! Events and their subscriptions (RFC 6665 §8.2), and event state (RFC 3903).

use super::Parameterized;
use super::strict::{list, param_number, single, token, with_params};
use crate::Params;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::find;
use crate::lexical::{cut, decimal, is_token_byte};

/// An Event value, such as `presence.winfo;id=7`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event<'a> {
    /// The package without its templates.
    pub package: &'a [u8],
    /// The templates behind the package, such as `winfo`; with dots where there are several.
    pub template: Option<&'a [u8]>,
    /// All parameters.
    pub params: Params<'a>,
}

impl<'a> Event<'a> {
    /// Reads an event type with any parameters. `None` when it has none.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let Parameterized { value, params } = Parameterized::parse(value)?;
        let (package, template) = match find(value, b'.') {
            Some(dot) => (cut(value, 0..dot), Some(cut(value, dot + 1..value.len()))),
            None => (value, None),
        };
        Some(Self {
            package,
            template,
            params,
        })
    }

    /// What tells subscriptions of the same package in one dialog apart (§8.2.1).
    pub fn id(self) -> Option<&'a [u8]> {
        self.params.get("id")
    }
}

/// How a subscription stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SubscriptionStatus<'a> {
    /// Accepted.
    Active,
    /// Received, and not yet decided on.
    Pending,
    /// Over.
    Terminated,
    /// Any other, as written.
    Other(&'a [u8]),
}

/// A Subscription-State value (RFC 6665 §8.2.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SubscriptionState<'a> {
    /// How it stands.
    pub status: SubscriptionStatus<'a>,
    /// All parameters.
    pub params: Params<'a>,
}

impl<'a> SubscriptionState<'a> {
    /// Reads the value. `None` when it names no state.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let item = Parameterized::parse(value)?;
        let status = if item.is("active") {
            SubscriptionStatus::Active
        } else if item.is("pending") {
            SubscriptionStatus::Pending
        } else if item.is("terminated") {
            SubscriptionStatus::Terminated
        } else {
            SubscriptionStatus::Other(item.value)
        };
        Some(Self {
            status,
            params: item.params,
        })
    }

    /// Why it ended (§4.1.3), such as `timeout` or `noresource`.
    pub fn reason(self) -> Option<&'a [u8]> {
        self.params.get("reason")
    }

    /// How many seconds are left of it.
    pub fn expires(self) -> Option<u32> {
        self.params.get("expires").and_then(decimal)
    }

    /// After how many seconds to subscribe again.
    pub fn retry_after(self) -> Option<u32> {
        self.params.get("retry-after").and_then(decimal)
    }
}

/// `token-nodot *( "." token-nodot )`.
fn event_type(text: Piece<'_>, report: Report<'_>) {
    let is_right = text
        .parts(b'.')
        .all(|part| !part.is_empty() && part.bytes.iter().all(|&byte| is_token_byte(byte)));
    if !is_right {
        report(text.fault(FaultKind::BadEventType));
    }
}

/// Event.
pub(super) fn event(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_params(element, report, &mut event_type, &mut |_, _| ());
    });
}

/// Allow-Events.
pub(super) fn allow_events(value: &[u8], report: Report<'_>) {
    list(value, report, &mut event_type);
}

/// Subscription-State.
pub(super) fn subscription_state(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |element, report| {
        with_params(element, report, &mut token, &mut |param, report| {
            if param.is("expires") || param.is("retry-after") {
                param_number(param, 0, u32::MAX, report);
            }
        });
    });
}
