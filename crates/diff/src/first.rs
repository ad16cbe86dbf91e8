//! Which difference is the first that matters.

use crate::model::{Comparison, PairedCall, Row, Side, Status};

/// The first difference that matters, by its place in a [`Comparison`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First {
    /// The place of its call in [`Comparison::calls`], if it is in one of those.
    pub call: Option<usize>,
    /// What it is.
    pub kind: Kind,
}

/// What a difference is, with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The row of a message of one recording alone.
    Message(usize),
    /// The row of a message that comes in another order.
    Order(usize),
    /// The row of a message, and the place of what it says otherwise.
    Field(usize, usize),
    /// A call of one recording alone.
    Call(Side, usize),
    /// A finding of the call, or of none.
    Finding(usize),
    /// The row of a message that was sent more or less often.
    Repeated(usize),
    /// The row of a response that took longer, or not so long.
    Delay(usize),
    /// A figure of RFC 6076.
    Figure(usize),
}

impl Kind {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Order(_) => "order",
            Self::Field(..) => "field",
            Self::Call(..) => "call",
            Self::Finding(_) => "finding",
            Self::Repeated(_) => "repeated",
            Self::Delay(_) => "delay",
            Self::Figure(_) => "figure",
        }
    }
}

/// The first difference that matters: what happens, or may change what happens, before what was
/// found, before how long it took, before who took part.
pub(crate) fn choose(comparison: &Comparison) -> Option<First> {
    let in_calls = |of: fn(&PairedCall) -> Option<Kind>| {
        let mut calls = comparison.calls.iter().enumerate();
        calls.find_map(|(place, call)| {
            Some(First {
                call: Some(place),
                kind: of(call)?,
            })
        })
    };
    let alone = |kind| First { call: None, kind };
    let only = || {
        let good = (!comparison.only_good.is_empty()).then_some(Kind::Call(Side::Good, 0));
        let bad = (!comparison.only_bad.is_empty()).then_some(Kind::Call(Side::Bad, 0));
        good.or(bad).map(alone)
    };
    let outside = || {
        let mut findings = comparison.findings.iter();
        let found = findings.position(|it| it.status != Status::Same);
        found.map(Kind::Finding).map(alone)
    };
    in_calls(|call| find_row(call, happens))
        .or_else(only)
        .or_else(|| in_calls(finding))
        .or_else(outside)
        .or_else(|| in_calls(|call| find_row(call, took)))
        .or_else(|| in_calls(|call| (!call.figures.is_empty()).then_some(Kind::Figure(0))))
        .or_else(|| in_calls(|call| find_row(call, says)))
}

fn find_row(call: &PairedCall, of: fn(usize, &Row) -> Option<Kind>) -> Option<Kind> {
    let mut rows = call.rows.iter().enumerate();
    rows.find_map(|(place, row)| of(place, row))
}

/// What happens otherwise, or may change what happens.
fn happens(place: usize, row: &Row) -> Option<Kind> {
    if row.good.is_none() || row.bad.is_none() {
        return Some(Kind::Message(place));
    }
    let field = row.fields.iter().position(|field| field.decides);
    let order = row.is_moved.then_some(Kind::Order(place));
    field.map(|field| Kind::Field(place, field)).or(order)
}

fn took(place: usize, row: &Row) -> Option<Kind> {
    let delay = row.is_delayed.then_some(Kind::Delay(place));
    delay.or(row.is_repeated.then_some(Kind::Repeated(place)))
}

fn says(place: usize, row: &Row) -> Option<Kind> {
    (!row.fields.is_empty()).then_some(Kind::Field(place, 0))
}

fn finding(call: &PairedCall) -> Option<Kind> {
    let mut findings = call.findings.iter();
    let found = findings.position(|it| it.status != Status::Same);
    found.map(Kind::Finding)
}
