//! Which calls are meant.

use crate::expect::facts::{CallFacts, Facts};
use crate::expect::model::{OfCall, Select};
use crate::expect::pattern::Pattern;

impl Select {
    /// The calls that it selects, in the order in which they began.
    pub(super) fn calls<'f>(&self, facts: &'f Facts) -> Vec<&'f CallFacts> {
        let calls = facts.calls.iter().filter(|call| self.is_meant(call));
        match self.nth {
            None => calls.collect(),
            Some(nth) => {
                let before = usize::try_from(nth.saturating_sub(1)).unwrap_or(usize::MAX);
                calls.skip(before).take(1).collect()
            }
        }
    }

    fn is_meant(&self, call: &CallFacts) -> bool {
        let is = |pattern: &Option<Pattern>, of: &dyn Fn(&Pattern) -> bool| {
            pattern.as_ref().is_none_or(of)
        };
        let method = call.method.as_deref().unwrap_or_default();
        is(&self.from, &|it| is_uri(it, &call.from))
            && is(&self.to, &|it| is_uri(it, &call.to))
            && is(&self.number, &|it| {
                is_number(it, &call.from) || is_number(it, &call.to)
            })
            && is(&self.method, &|it| it.matches(method))
            && is(&self.call_id, &|it| it.matches(&call.call_id))
    }

    /// What it selects by, in words.
    fn words(&self) -> String {
        let from = self.from.as_ref().map_or("*", Pattern::as_str);
        let to = self.to.as_ref().map_or("*", Pattern::as_str);
        let mut words = Vec::new();
        if let Some(method) = &self.method {
            words.push(method.to_string());
        }
        if self.from.is_some() || self.to.is_some() {
            words.push(format!("{from} → {to}"));
        }
        if let Some(number) = &self.number {
            words.push(format!("number {number}"));
        }
        if let Some(call_id) = &self.call_id {
            words.push(format!("Call-ID {call_id}"));
        }
        if words.is_empty() {
            words.push("any call".to_owned());
        }
        if let Some(nth) = self.nth {
            words.push(format!("(no. {nth} of them)"));
        }
        words.join(" ")
    }
}

impl OfCall {
    /// What it is about: its name, or what it selects by.
    pub(super) fn title(&self, number: usize) -> String {
        match &self.name {
            Some(name) => name.clone(),
            None => format!("call {number}, {}", self.select.words()),
        }
    }

    /// What it selects by.
    pub(super) fn selects(&self) -> String {
        self.select.words()
    }
}

/// Whether a pattern matches a URI: the whole of it, where the pattern has a scheme or a host, or
/// else its user or number.
fn is_uri(pattern: &Pattern, uri: &str) -> bool {
    if pattern.as_str().contains(['@', ':']) {
        return pattern.matches(uri);
    }
    pattern.matches(user(uri))
}

/// The user or number of a URI; where it has none, the host.
fn user(uri: &str) -> &str {
    let rest = uri.split_once(':').map_or(uri, |(_, rest)| rest);
    rest.rsplit_once('@').map_or(rest, |(user, _)| user)
}

/// Whether a pattern matches the number of a URI, however its digits are set apart (RFC 3966
/// §5.1.1), with or without `+`.
fn is_number(pattern: &Pattern, uri: &str) -> bool {
    let bare = |text: &str| text.replace(['-', '.', '(', ')', ' ', '+'], "");
    let number = bare(user(uri));
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    is_number && Pattern::new(&bare(pattern.as_str())).matches(&number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls() -> Facts {
        let call = |number, from: &str, to: &str, method: &str| CallFacts {
            number,
            call_id: format!("id-{number}@host"),
            from: from.to_owned(),
            to: to.to_owned(),
            method: Some(method.to_owned()),
            ..CallFacts::default()
        };
        Facts {
            calls_seen: 4,
            calls: vec![
                call(1, "sip:alice@example.com", "sip:bob@example.com", "INVITE"),
                call(
                    2,
                    "sip:alice@example.com",
                    "sip:alice@example.com",
                    "REGISTER",
                ),
                call(3, "tel:+49-30-1234", "sip:carol@example.com", "INVITE"),
                call(
                    4,
                    "sip:alice@example.com",
                    "sip:carol@example.com",
                    "INVITE",
                ),
            ],
            found: Vec::new(),
        }
    }

    #[test]
    fn calls_are_selected_by_all_that_is_said() {
        let pattern = |text: &str| Some(Pattern::new(text));
        let none = Select::default;
        for (select, numbers) in [
            (none(), &[1, 2, 3, 4][..]),
            (
                Select {
                    from: pattern("alice"),
                    ..none()
                },
                &[1, 2, 4],
            ),
            (
                Select {
                    from: pattern("sip:*@example.com"),
                    ..none()
                },
                &[1, 2, 4],
            ),
            (
                Select {
                    from: pattern("ali"),
                    ..none()
                },
                &[],
            ),
            (
                Select {
                    from: pattern("alice"),
                    method: pattern("INVITE"),
                    nth: Some(2),
                    ..none()
                },
                &[4],
            ),
            (
                Select {
                    method: pattern("INVITE"),
                    nth: Some(4),
                    ..none()
                },
                &[],
            ),
            (
                Select {
                    number: pattern("+4930*"),
                    ..none()
                },
                &[3],
            ),
            (
                Select {
                    number: pattern("4930 1234"),
                    ..none()
                },
                &[3],
            ),
            (
                Select {
                    number: pattern("*"),
                    ..none()
                },
                &[3],
            ),
            (
                Select {
                    call_id: pattern("id-3@*"),
                    ..none()
                },
                &[3],
            ),
        ] {
            let facts = calls();
            let found: Vec<u64> = select.calls(&facts).iter().map(|it| it.number).collect();
            assert_eq!(found, numbers, "{select:?}");
        }
    }
}
