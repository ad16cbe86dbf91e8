//! The messages of each call, from the model of call flows.

use std::collections::BTreeMap;

use sipwhy_flow::{Flow, Flows, Kind, Message};

use crate::expect::ladder::{Step, What};

/// The messages of each call by its number, and how many were left out of those that were kept.
pub(super) fn by_call(flows: &Flows) -> BTreeMap<u64, (Vec<Step>, u64)> {
    let mut all: BTreeMap<u64, (Vec<Step>, u64)> = BTreeMap::new();
    for flow in &flows.flows {
        let mut callers: BTreeMap<usize, usize> = BTreeMap::new();
        for message in flow.messages() {
            let Some(leg) = flow.legs.get(message.leg) else {
                continue;
            };
            // Who sends the first request, or gets the first response.
            let caller = *callers.entry(message.leg).or_insert(match message.kind {
                Kind::Request | Kind::Malformed => message.from,
                _ => message.to,
            });
            let (steps, left_out) = all.entry(leg.number).or_default();
            steps.push(step(flow, message, caller));
            *left_out = flow.left_out.messages;
        }
    }
    all
}

fn step(flow: &Flow, message: &Message, caller: usize) -> Step {
    let host = |place: usize| {
        flow.hosts
            .get(place)
            .map_or_else(String::new, sipwhy_flow::Host::socket)
    };
    let first = message.label.split(' ').next().unwrap_or_default();
    let method = message.cseq.as_ref().map(|(_, method)| method.clone());
    let what = match message.kind {
        Kind::Malformed => What::Other,
        Kind::Request => What::Request(message.label.clone()),
        _ => first
            .parse()
            .map_or(What::Other, |code| What::Response(code, method)),
    };
    Step {
        frame: message.frame,
        label: message.label.clone(),
        what,
        from: host(message.from),
        to: host(message.to),
        is_callers: [message.from, message.to].contains(&caller),
        sendings: message.again.count.saturating_add(1),
    }
}
