//! How much alike two calls are, by the messages that they are made of.

use std::collections::BTreeMap;

use sipwhy_flow::{Flow, Kind, Message};

/// What a message is, whoever sent it: the method, or the code and the method that it answers.
pub(crate) fn label(message: &Message) -> String {
    match message.kind {
        Kind::Request | Kind::Malformed => message.label.clone(),
        _ => {
            let code = message.label.split(' ').next().unwrap_or_default();
            let method = message.cseq.as_ref().map(|(_, method)| method.as_str());
            format!("{code} {}", method.unwrap_or_default())
        }
    }
}

/// What a call is made of.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// What its messages are, in order.
    pub(crate) labels: Vec<String>,
    /// How often each occurs.
    bag: BTreeMap<String, usize>,
}

impl Shape {
    pub(crate) fn of(flow: &Flow) -> Self {
        Self::of_labels(flow.messages().map(label).collect())
    }

    pub(crate) fn of_labels(labels: Vec<String>) -> Self {
        let mut bag = BTreeMap::new();
        for label in &labels {
            *bag.entry(label.clone()).or_default() += 1;
        }
        Self { labels, bag }
    }

    /// How many in a thousand of the messages of both have one of the other to go with.
    pub(crate) fn likeness(&self, other: &Self) -> usize {
        let shared: usize = self
            .bag
            .iter()
            .filter_map(|(label, count)| Some(*other.bag.get(label)?.min(count)))
            .sum();
        let all = self.labels.len() + other.labels.len();
        (2000 * shared).checked_div(all).unwrap_or(1000)
    }
}
