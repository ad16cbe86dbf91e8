//! What is expected of a group of calls.

use std::collections::BTreeMap;
use std::time::Duration;

use super::groups::{Group, Rules, what};
use super::toml_text::{key, list, quoted};
use crate::expect::facts::{CallFacts, FIGURES, Figure};
use crate::expect::ladder::{Step, What, is_plain_method};
use crate::expect::pattern::escaped;

/// Messages of a call that are drafted; what follows may be anything.
const MOST_MESSAGES: usize = 60;
/// The least that a time may become: a test lab's network and processors have their moods.
const LEAST_MAX: Duration = Duration::from_millis(500);
/// Durations below this have no least: half of little is nothing.
const LEAST_MIN: Duration = Duration::from_secs(1);
/// The longest bound that is drafted: a file may state none beyond a week.
const LONGEST: Duration = Duration::from_secs(3 * 24 * 3600);

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

/// Bounds that all of these calls keep, and with them whoever is not much slower.
fn timings(calls: &[&CallFacts]) -> Option<String> {
    let mut bounds = Vec::new();
    for figure in FIGURES {
        let all: Option<Vec<Duration>> = calls
            .iter()
            .map(|call| Some(call.figures.get(figure)?.0))
            .collect();
        let Some(all) = all else { continue };
        let (Some(least), Some(most)) = (all.iter().min(), all.iter().max()) else {
            continue;
        };
        let max = rounded_up(*most * 2).max(LEAST_MAX);
        if max > LONGEST {
            continue;
        }
        let mut bound = format!("max = {}", quoted(&in_toml(max)));
        // Only of a call's length it is known that it should not be shorter.
        if figure == Figure::Sdt && *least >= LEAST_MIN {
            bound = format!(
                "min = {}, {bound}",
                quoted(&in_toml(rounded_down(*least / 2)))
            );
        }
        bounds.push(format!("{} = {{ {bound} }}", figure.as_str()));
    }
    (!bounds.is_empty()).then(|| format!("{{ {} }}", bounds.join(", ")))
}

/// The next span up that people would write.
fn rounded_up(span: Duration) -> Duration {
    let millis = millis(span);
    let step = step(millis);
    Duration::from_millis(millis.div_ceil(step).saturating_mul(step))
}

/// The next span down.
fn rounded_down(span: Duration) -> Duration {
    let millis = millis(span);
    let step = step(millis);
    Duration::from_millis(millis / step * step)
}

const fn step(millis: u64) -> u64 {
    match millis {
        ..1_000 => 100,
        1_000..10_000 => 500,
        _ => 1_000,
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// A span as a file states it.
fn in_toml(span: Duration) -> String {
    match span.as_millis() {
        millis if millis % 1000 == 0 => format!("{}s", millis / 1000),
        millis => format!("{millis}ms"),
    }
}
