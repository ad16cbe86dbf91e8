//! Drafts a file of expectations from a capture: what the next recording of the same scenario
//! should hold too.
//!
//! Nothing goes into it that changes with each recording: no Call-IDs, frames, ports, times of
//! day.

mod call;
mod groups;
mod timings;
mod toml_text;

use std::collections::BTreeSet;

use sipwhy_annotator::Severity;

use self::groups::{Group, Rules, groups};
use self::toml_text::{list, quoted};
use super::facts::{Facts, Found};
use crate::judge::Threshold;

/// Groups of calls that are drafted; what more there are is for somebody to write, or not.
const MOST_GROUPS: usize = 200;

/// Drafts what is expected of a capture of this name: findings that are warnings or graver, or that
/// the threshold fails, are taken for what should be found.
#[must_use]
pub fn draft(name: &str, facts: &Facts, threshold: Threshold) -> String {
    let least = threshold.0.unwrap_or(Severity::Warning);
    let least = least.min(Severity::Warning);
    let groups = groups(facts);
    let drafted: Vec<_> = groups.iter().take(MOST_GROUPS).collect();
    let rules = Rules::at_least(facts, least);
    let mut text = head(name);
    text.push_str(&format!(
        "# What began with an INVITE; registrations and the like are not counted.\n\
         calls = {}\n\n",
        facts.calls_seen
    ));
    let apart = beside(&drafted, facts, &rules, least);
    if !apart.is_empty() {
        text.push_str("# What was found, beside what each call below asks for.\n");
        let apart: Vec<String> = apart.into_iter().map(quoted).collect();
        text.push_str(&format!("fires = {}\n\n", list(&apart)));
    }
    text.push_str(&format!(
        "# Nothing as grave but what `fires` asks for.\n\
         silent = [{{ rule = \"*\", at_least = {} }}]\n",
        quoted(least.as_str())
    ));
    for group in &drafted {
        call::write(group, &rules, &mut text);
    }
    if let Some(more) = groups.len().checked_sub(MOST_GROUPS).filter(|it| *it > 0) {
        text.push_str(&format!("\n# Not drafted: {more} more groups of calls.\n"));
    }
    text
}

fn head(name: &str) -> String {
    // A name is no more than a line: it was made printable.
    format!(
        "# What `sipwhy check` expects of {name}; docs/expectations.md says what can be stated.\n\
         # Drafted by `sipwhy check --write-expectations` from a recording. Take out what does not\n\
         # matter, widen what may differ, and say what should be so where it was not.\n\
         version = 1\n\n"
    )
}

/// The rules that fired and that no group asks for.
fn beside<'f>(
    groups: &[&Group<'f>],
    facts: &'f Facts,
    rules: &Rules<'f>,
    least: Severity,
) -> BTreeSet<&'f str> {
    let mut asked: BTreeSet<(u64, &str)> = BTreeSet::new();
    for group in groups {
        for rule in group.rules(rules) {
            asked.extend(group.calls.iter().map(|call| (call.number, rule)));
        }
    }
    let is_asked = |found: &Found| {
        found
            .call
            .is_some_and(|it| asked.contains(&(it, found.rule)))
    };
    let found = facts.found.iter();
    let beside = found.filter(|found| found.severity >= least && !is_asked(found));
    beside.map(|found| found.rule).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sipwhy_annotator::Verdict;
    use sipwhy_packet::FrameId;

    use super::*;
    use crate::expect::facts::{CallFacts, Codecs, Final, Outcome};
    use crate::expect::ladder::{Step, What};
    use crate::expect::{Asked, Expectations};

    const HOSTILE: &str = "*97\"]\\x1b?'''\u{7f}\u{2028}#{}\n= é";

    /// A call in which every text is as odd as the wire can make it.
    fn call(number: u64, code: u16) -> CallFacts {
        let frame = FrameId { file: 0, number };
        let step = |what| Step {
            frame,
            label: HOSTILE.to_owned(),
            what,
            from: "10.0.0.1".to_owned(),
            to: "10.0.0.2".to_owned(),
            is_callers: true,
            sendings: 7,
        };
        let whats = [
            What::Request(HOSTILE.to_owned()),
            What::Response(100, None),
            What::Response(code, Some(HOSTILE.to_owned())),
            What::Response(1, None),
            What::Other,
        ];
        CallFacts {
            number,
            call_id: HOSTILE.to_owned(),
            from: HOSTILE.to_owned(),
            to: String::new(),
            method: Some(HOSTILE.to_owned()),
            first_frame: Some(frame),
            outcome: Some(Outcome::Failed),
            last: Some(Final {
                code,
                label: HOSTILE.to_owned(),
                frame,
            }),
            route: vec!["10.0.0.1".parse().unwrap(), "2001:db8::1".parse().unwrap()],
            codecs: Codecs {
                by_media: BTreeMap::from([(HOSTILE.to_owned(), HOSTILE.to_owned())]),
                answered: Some(frame),
            },
            steps: whats.map(step).into(),
            ..CallFacts::default()
        }
    }

    fn found(finding: u64, call: Option<u64>) -> Found {
        Found {
            finding,
            rule: "call-failed",
            severity: Severity::Error,
            verdict: Verdict::Confirmed,
            call,
            title: HOSTILE.to_owned(),
            frame: None,
        }
    }

    /// What is not met of a draft, held against what it was drafted from.
    fn unmet(facts: &Facts) -> (String, Vec<String>) {
        let text = draft("a.pcap", facts, Threshold(None));
        let file = Expectations::parse("a.pcap.expect.toml", &text).unwrap();
        let mut asked = Asked::default();
        asked.add(&file, &["a.pcap"]);
        let answered = asked.judge(facts);
        assert!(!answered.expectations.is_empty());
        let unmet = answered.expectations.iter().filter(|it| !it.is_met);
        let unmet = unmet.map(|it| format!("{}: {}", it.name, it.summary));
        (text, unmet.collect())
    }

    #[test]
    fn a_draft_is_read_and_met_whatever_the_wire_held() {
        for codes in [
            &[][..],
            &[486],
            &[486, 486],
            &[486, 404],
            &[404; 20],
            &[9999],
        ] {
            let calls = (1..).zip(codes).map(|(at, code)| call(at, *code));
            let facts = Facts {
                calls_seen: codes.len() as u64,
                calls: calls.collect(),
                found: vec![found(1, Some(1)), found(2, None)],
            };
            let (text, unmet) = unmet(&facts);
            assert!(unmet.is_empty(), "{codes:?}: {unmet:#?}\n{text}");
        }
    }

    #[test]
    fn many_calls_are_one_entry_and_few_that_differ_are_told_apart() {
        let text = |codes: &[u16]| {
            let calls = (1..).zip(codes).map(|(at, code)| call(at, *code));
            let facts = Facts {
                calls: calls.collect(),
                ..Facts::default()
            };
            draft("a.pcap", &facts, Threshold::default())
        };
        assert_eq!(text(&[486, 486, 486]).matches("[[call]]").count(), 1);
        assert!(text(&[486, 486, 486]).contains("count = { min = 1 }"));
        assert_eq!(text(&[486, 404]).matches("nth = ").count(), 2);
        let mut many = vec![486; 20];
        many.push(404);
        let many = text(&many);
        assert_eq!(many.matches("[[call]]").count(), 1);
        assert!(
            many.contains("outcome = ") && !many.contains("code = "),
            "{many}"
        );
    }
}
