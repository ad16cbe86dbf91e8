//! What is expected of a group of calls.

use std::collections::BTreeMap;

use super::groups::{Group, Rules, what};
use super::timings::timings;
use super::toml_text::{key, list, quoted};
use crate::expect::facts::CallFacts;
use crate::expect::ladder::{Step, What, is_plain_method};
use crate::expect::pattern::escaped;

/// Messages of a call that are drafted; what follows may be anything.
const MOST_MESSAGES: usize = 60;

pub(super) fn write(group: &Group<'_>, rules: &Rules<'_>, text: &mut String) {
    let Some(first) = group.calls.first() else {
        return;
    };
    text.push_str("\n[[call]]\n");
    let mut line = |key: &str, value: &str| text.push_str(&format!("{key} = {value}\n"));
    line("match", &select(first, group.nth));
    if group.nth.is_none() {
        line("count", &count(first, group.calls.len()));
    }
    if let Some(outcome) = group.common(|call| call.outcome).flatten() {
        line("outcome", &quoted(outcome.as_str()));
    }
    let code = group.common(|call| call.last.as_ref().map(|it| it.code));
    if let Some(code) = code.flatten().filter(|code| (200..700).contains(code)) {
        line("code", &code.to_string());
    }
    let is_whole = group.calls.iter().all(|call| call.steps_left_out == 0);
    if is_whole && group.common(what).is_some() {
        line("ladder", &list(&ladder(&first.ladder(false))));
    }
    let route = group.common(|call| &call.route);
    if let Some(route) = route.filter(|route| !route.is_empty()) {
        let hosts = route.iter().map(|it| quoted(&it.to_string()));
        line("route", &list(&hosts.collect::<Vec<_>>()));
    }
    let codecs = group.common(|call| &call.codecs.by_media);
    if let Some(codecs) = codecs.filter(|codecs| !codecs.is_empty()) {
        line("codec", &table(codecs));
    }
    if let Some(timings) = timings(&group.calls) {
        line("timings", &timings);
    }
    let fires = group.rules(rules);
    if !fires.is_empty() {
        line(
            "fires",
            &list(&fires.into_iter().map(quoted).collect::<Vec<_>>()),
        );
    }
}

/// How many there should be. What comes at intervals, as a question whether somebody is alive, comes
/// as often as the recording is long.
fn count(first: &CallFacts, calls: usize) -> String {
    let is_repeated = calls > 2 && first.method.as_deref() != Some("INVITE");
    match is_repeated {
        true => format!("{{ min = {} }}", calls / 2),
        false => calls.to_string(),
    }
}

fn select(call: &CallFacts, nth: Option<u64>) -> String {
    // A user by its name alone could be that of another host.
    let mut fields = vec![
        format!("from = {}", quoted(&escaped(&call.from))),
        format!("to = {}", quoted(&escaped(&call.to))),
    ];
    if let Some(method) = &call.method {
        fields.push(format!("method = {}", quoted(&escaped(method))));
    }
    fields.extend(nth.map(|nth| format!("nth = {nth}")));
    format!("{{ {} }}", fields.join(", "))
}

/// The ladder as the caller saw it, an entry a message.
fn ladder(steps: &[&Step]) -> Vec<String> {
    let mut entries = Vec::new();
    // The request that an answer without a method is taken to be to.
    let mut asked: Option<&str> = None;
    for step in steps.iter().take(MOST_MESSAGES) {
        let entry = match &step.what {
            What::Request(method) if is_plain_method(method) => {
                if method != "ACK" {
                    asked = Some(method);
                }
                method.clone()
            }
            // Whether it comes hangs on how fast the answer does (RFC 3261 §17.2.1).
            What::Response(100, _) => "100?".to_owned(),
            What::Response(code @ 100..=699, method) => match method.as_deref() {
                Some(method) if asked != Some(method) && is_plain_method(method) => {
                    format!("{code} {method}")
                }
                _ => code.to_string(),
            },
            _ => "*".to_owned(),
        };
        entries.push(quoted(&entry));
    }
    if steps.len() > MOST_MESSAGES {
        entries.push(quoted("..."));
    }
    entries
}

fn table(codecs: &BTreeMap<String, String>) -> String {
    let codecs = codecs.iter();
    let codecs = codecs.map(|(media, codec)| format!("{} = {}", key(media), quoted(codec)));
    format!("{{ {} }}", codecs.collect::<Vec<_>>().join(", "))
}
