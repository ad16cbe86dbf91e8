//! What filters know of a message, a finding or a call.

use std::collections::BTreeSet;
use std::net::IpAddr;

use sipwhy_annotator::{Annotation, Severity};
use sipwhy_packet::Timestamp;
use sipwhy_parser::{StartLine, Uri, printable};
use sipwhy_pipeline::Observed;

use crate::part;

/// Different values kept of one kind for one call; more are not looked at.
const MOST_VALUES: usize = 64;

/// What is known of something that may be shown. A call has several values of a kind, a message
/// mostly one.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) kind: &'static str,
    pub(super) call_id: Option<String>,
    pub(super) users: BTreeSet<String>,
    pub(super) methods: BTreeSet<String>,
    pub(super) codes: BTreeSet<u16>,
    pub(super) sources: BTreeSet<IpAddr>,
    pub(super) destinations: BTreeSet<IpAddr>,
    pub(super) rules: BTreeSet<&'static str>,
    pub(super) severity: Option<Severity>,
    pub(super) verdict: Option<&'static str>,
    /// From when to when it was seen.
    pub(super) time: Option<(Timestamp, Timestamp)>,
}

impl Facts {
    /// Those of a message alone.
    pub(super) fn of_message(observed: &Observed<'_, '_>) -> Self {
        let Observed {
            message, captured, ..
        } = observed;
        let mut uris = [None; 3];
        if let StartLine::Request { uri, .. } = message.start_line() {
            uris[0] = Some(uri);
        }
        uris[1] = message.from().map(|address| address.uri);
        uris[2] = message.to().map(|address| address.uri);
        let users = uris.into_iter().flatten().filter_map(user);
        Self {
            kind: "message",
            call_id: message.call_id().map(|id| printable(id).into_owned()),
            users: users.collect(),
            methods: part::method(message).into_iter().collect(),
            codes: message.status().into_iter().collect(),
            sources: [captured.flow.source.ip()].into(),
            destinations: [captured.flow.destination.ip()].into(),
            time: Some((captured.time, captured.time)),
            ..Self::default()
        }
    }

    /// Those of a finding, with what is known of its call.
    pub(super) fn of_annotation(annotation: &Annotation, call: Option<&Self>) -> Self {
        let mut facts = call.cloned().unwrap_or_default();
        if let Some(call) = &annotation.call {
            facts.call_id = Some(call.call_id.clone());
            let users = [&call.from, &call.to];
            facts
                .users
                .extend(users.into_iter().filter_map(|it| user(it.as_bytes())));
        }
        for flow in annotation.evidence.iter().filter_map(|it| it.flow) {
            facts.sources.insert(flow.source.ip());
            facts.destinations.insert(flow.destination.ip());
        }
        if let Some(hop) = annotation.responsible {
            facts.sources.insert(hop.address);
        }
        Self {
            kind: "annotation",
            rules: [annotation.rule].into(),
            severity: Some(annotation.severity),
            verdict: Some(annotation.verdict.as_str()),
            time: Some((annotation.time, annotation.time)),
            ..facts
        }
    }

    /// Adds those of a message or a finding to those of its call.
    pub(super) fn add(&mut self, part: Self) {
        self.kind = "call";
        self.call_id = self.call_id.take().or(part.call_id);
        extend(&mut self.users, part.users);
        extend(&mut self.methods, part.methods);
        extend(&mut self.codes, part.codes);
        extend(&mut self.sources, part.sources);
        extend(&mut self.destinations, part.destinations);
        extend(&mut self.rules, part.rules);
        self.severity = self.severity.max(part.severity);
        self.time = match (self.time, part.time) {
            (Some((began, _)), Some((_, newest))) => Some((began, newest)),
            (known, new) => known.or(new),
        };
    }
}

fn extend<T: Ord>(known: &mut BTreeSet<T>, new: BTreeSet<T>) {
    for value in new {
        if known.len() < MOST_VALUES {
            known.insert(value);
        }
    }
}

/// The user of a URI, or the number of a tel URI.
pub(super) fn user(uri: &[u8]) -> Option<String> {
    let number = uri
        .get(..4)
        .filter(|scheme| scheme.eq_ignore_ascii_case(b"tel:"))
        .and(uri.get(4..))
        .and_then(|rest| rest.split(|byte| *byte == b';').next());
    let user = match number {
        Some(number) => number,
        None => Uri::parse(uri)?.user_name()?,
    };
    Some(printable(user).into_owned())
}
