//! The messages of one call, as they are compared.

use std::collections::BTreeMap;
use std::time::Duration;

use sipwhy_flow::{Flow, Kind, Message};
use sipwhy_packet::Timestamp;

use crate::align::Key;
use crate::model::Seen;
use crate::resemblance::label;

/// Messages of one call that are compared, legs taken together: beyond, the time that it takes
/// would grow faster than the call.
pub(crate) const MOST_MESSAGES: usize = 4096;

/// The messages of a call, as they are compared.
pub(crate) struct Messages<'a> {
    pub(crate) all: Vec<&'a Message>,
    labels: Vec<String>,
    /// How each is shown.
    pub(crate) seen: Vec<Seen>,
    /// Messages that were too many.
    pub(crate) left_out: usize,
}

impl<'a> Messages<'a> {
    pub(crate) fn of(flow: &'a Flow) -> Self {
        let all: Vec<&Message> = flow.messages().take(MOST_MESSAGES).collect();
        let mut requests = Requests::default();
        let mut refusals = Refusals::default();
        let seen = all
            .iter()
            .map(|it| seen(it, flow, requests.answered_by(it)));
        Self {
            seen: seen.collect(),
            labels: all.iter().map(|it| refusals.label(it)).collect(),
            left_out: flow.messages().count() - all.len(),
            all,
        }
    }

    /// What each is between which hosts, named by `host`.
    pub(crate) fn keys(&self, host: impl Fn(usize) -> usize) -> Vec<Key> {
        let all = self.all.iter().zip(&self.labels);
        let keys = all.map(|(message, label)| Key {
            from: host(message.from),
            to: host(message.to),
            label: label.clone(),
        });
        keys.collect()
    }
}

fn seen(message: &Message, flow: &Flow, answers: Option<Duration>) -> Seen {
    let method = message.cseq.as_ref().map(|(_, method)| method.clone());
    Seen {
        frame: message.frame,
        time: message.time,
        since: message.since(flow.began),
        label: message.label.clone(),
        title: message.title(),
        again: message.again.count,
        answers: method.zip(answers),
    }
}

/// When requests were first sent, by leg, client, server, and CSeq.
#[derive(Default)]
struct Requests<'a>(BTreeMap<(usize, usize, usize, u32, &'a str), Timestamp>);

impl<'a> Requests<'a> {
    /// How long after its request a response came, if it is one. A request is taken note of.
    fn answered_by(&mut self, message: &'a Message) -> Option<Duration> {
        let (number, method) = message.cseq.as_ref()?;
        let of = |client, server| (message.leg, client, server, *number, method.as_str());
        if message.kind == Kind::Request {
            if message.label == *method {
                self.0.insert(of(message.from, message.to), message.time);
            }
            return None;
        }
        let sent = self.0.get(&of(message.to, message.from))?;
        Some(message.time.since(*sent))
    }
}

/// With which codes INVITE requests were refused, by leg, client, server, and number of CSeq.
#[derive(Default)]
struct Refusals(BTreeMap<(usize, usize, usize, u32), String>);

impl Refusals {
    /// What a message is; of an ACK to a refusal also to which: the ACK to a 2xx is another
    /// message (RFC 3261 §17.1.1.3). Refusals are taken note of.
    fn label(&mut self, message: &Message) -> String {
        let label = label(message);
        let Some((number, _)) = &message.cseq else {
            return label;
        };
        let of = |client, server| (message.leg, client, server, *number);
        let is_refusal = matches!(message.kind, Kind::Redirection | Kind::Failure);
        if label == "ACK" {
            let refused = self.0.get(&of(message.from, message.to));
            return refused.map_or(label, |code| format!("ACK {code}"));
        }
        if is_refusal && label.ends_with(" INVITE") {
            self.0.insert(of(message.to, message.from), label.clone());
        }
        label
    }
}
