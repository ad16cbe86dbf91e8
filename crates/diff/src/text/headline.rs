//! What differs as a whole, and the first difference in a sentence.

use sipwhy_annotator::words::count;
use sipwhy_flow::text::{Ink, Line};

use super::{Page, numbers};
use crate::first::First;
use crate::model::{Comparison, Side, Status};
use crate::words;

impl Page<'_> {
    pub(super) fn headline(&mut self, comparison: &Comparison) {
        let (good, bad) = (comparison.good, comparison.bad);
        let files = [Side::Good, Side::Bad].map(|side| self.frames.file(side).to_owned());
        let [good_file, bad_file] = &files;
        let size = format!(
            "good is {good_file} ({}, {}); bad is {bad_file} ({}, {})",
            number(good.messages, "SIP message"),
            count(good.calls, "call"),
            number(bad.messages, "SIP message"),
            count(bad.calls, "call"),
        );
        let Some(first) = comparison.first else {
            let within = comparison.calls.iter().map(|call| call.findings.len());
            let findings = within.sum::<usize>() + comparison.findings.len();
            let calls = count(comparison.calls.len(), "call");
            let findings = count(findings, "finding");
            let what = format!("The recordings show the same: {calls}, {findings}");
            self.say(Ink::Strong, &what, 0);
            self.say(Ink::Faint, &size, 0);
            return;
        };
        self.say(
            Ink::Strong,
            &format!("The recordings differ: {}", extent(comparison)),
            0,
        );
        self.say(Ink::Faint, &size, 0);
        if let Some(words) = words::first(first, comparison, self.frames) {
            let call = self.call_of(first, comparison);
            self.lines.push(Line::default());
            self.say(
                Ink::Plain,
                &format!("First difference that matters: {call}{words}."),
                0,
            );
        }
    }

    /// `in call 3, `, where there are several.
    fn call_of(&self, first: First, comparison: &Comparison) -> String {
        let call = first.call.and_then(|place| comparison.calls.get(place));
        call.filter(|_| comparison.calls.len() > 1)
            .map(|call| format!("in {}, ", numbers(call)))
            .unwrap_or_default()
    }
}

/// How much of the whole differs: `1 of 3 calls is not the same; 1 call is in bad alone`.
fn extent(comparison: &Comparison) -> String {
    let mut parts = Vec::new();
    let differ = comparison.calls.iter().filter(|call| !call.is_same());
    let differ = differ.count();
    if differ > 0 {
        let all = count(comparison.calls.len(), "call");
        let are = if differ == 1 { "is" } else { "are" };
        parts.push(format!("{differ} of {all} {are} not the same"));
    }
    for (calls, side) in [
        (&comparison.only_good, "good"),
        (&comparison.only_bad, "bad"),
    ] {
        if !calls.is_empty() {
            let are = if calls.len() == 1 { "is" } else { "are" };
            parts.push(format!(
                "{} {are} in {side} alone",
                count(calls.len(), "call")
            ));
        }
    }
    let findings = comparison.findings.iter();
    let findings = findings.filter(|it| it.status != Status::Same).count();
    if findings > 0 {
        parts.push(format!("{} in no call of both", count(findings, "finding")));
    }
    parts.join("; ")
}

fn number(count_of: u64, noun: &str) -> String {
    count(usize::try_from(count_of).unwrap_or(usize::MAX), noun)
}
