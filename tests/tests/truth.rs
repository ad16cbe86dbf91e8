//! How often each rule fires rightly, wrongly, and is missed: on the recorded captures, whose truth
//! is `captures/manifest.toml`, and on the ladders of all pages. `docs/truth.md` is the outcome.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sipwhy_annotator::RULES;
use sipwhy_pipeline::Config;
use sipwhy_testkit::{Kind, Ladder, Page};
use sipwhy_tests::{captures, findings, manifest, replay_file, root};

/// Set to write `docs/truth.md` anew.
const UPDATE: &str = "SIPWHY_UPDATE";

/// How a rule fares on one of the two sets.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    /// It said what is true.
    rightly: usize,
    /// It said what is not.
    wrongly: usize,
    /// It did not say what is true.
    missed: usize,
    /// Ladders that show it silent, on which it rightly said nothing.
    silent: usize,
}

/// How a rule fares.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    captures: Score,
    ladders: Score,
}

type Table = BTreeMap<&'static str, Row>;

#[test]
fn nothing_is_missed_and_nothing_is_wrong() {
    let mut table: Table = RULES
        .iter()
        .map(|rule| (rule.info().id, Row::default()))
        .collect();
    let recorded = score_captures(&mut table);
    let ladders = score_ladders(&mut table);
    let page = page(&table, recorded, ladders);
    println!("{page}");
    let faulty: Vec<&str> = table
        .iter()
        .filter(|(_, row)| {
            let sets = [row.captures, row.ladders];
            sets.iter().any(|it| it.wrongly + it.missed > 0)
        })
        .map(|(rule, _)| *rule)
        .collect();
    assert!(faulty.is_empty(), "wrong or missed: {faulty:?}\n{page}");
    let place = root().join("docs/truth.md");
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&place, &page).unwrap();
    }
    let written = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(
        written == page,
        "{} is out of date: set {UPDATE}=1",
        place.display()
    );
}

/// Compares what is said of each capture with what its manifest says is true. Gives how many there
/// are.
fn score_captures(table: &mut Table) -> usize {
    let captured = manifest().unwrap();
    for capture in &captured {
        let replay = replay_file(captures().join(&capture.file), Config::default()).unwrap();
        let mut said = findings(&replay.annotations);
        // What must be said takes its finding first; what may be said, of what is left.
        let (must, may): (Vec<_>, Vec<_>) = capture.expect.iter().partition(|it| !it.optional);
        for wanted in must.into_iter().chain(may) {
            let Some(row) = table.get_mut(wanted.rule.as_str()) else {
                continue; // `pages` tells of a rule that there is not.
            };
            let met = said.iter().position(|found| wanted.is_met_by(found));
            match met {
                Some(place) => {
                    said.remove(place);
                    row.captures.rightly += 1;
                }
                None if !wanted.optional => row.captures.missed += 1,
                None => {}
            }
        }
        for extra in &said {
            table.entry(extra.rule).or_default().captures.wrongly += 1;
        }
    }
    captured.len()
}

/// Compares what each rule says of the ladders of its own page with what they expect of it. Gives
/// how many there are.
fn score_ladders(table: &mut Table) -> usize {
    let mut count = 0;
    for rule in RULES {
        let info = rule.info();
        let Some(row) = table.get_mut(info.id) else {
            continue;
        };
        for example in Page::parse(info.page).unwrap().examples {
            count += 1;
            let ladder = Ladder::parse(example.text).unwrap();
            let outcome = ladder.run();
            let mut said: Vec<_> = outcome
                .annotations
                .iter()
                .filter(|said| said.rule == info.id)
                .collect();
            let is_silent = said.is_empty();
            for wanted in ladder.expected.iter().filter(|it| it.rule == info.id) {
                let met = said.iter().position(|said| {
                    said.severity == wanted.severity && said.verdict == wanted.verdict
                });
                match met {
                    Some(place) => {
                        said.remove(place);
                        row.ladders.rightly += 1;
                    }
                    None => row.ladders.missed += 1,
                }
            }
            row.ladders.wrongly += said.len();
            row.ladders.silent += usize::from(is_silent && example.kind == Kind::Silent);
        }
    }
    count
}

fn page(table: &Table, recorded: usize, ladders: usize) -> String {
    let sum = |of: fn(&Row) -> usize| -> usize { table.values().map(of).sum() };
    let (captured, drawn) = (sum(|it| it.captures.rightly), sum(|it| it.ladders.rightly));
    let wrong = sum(|it| it.captures.wrongly + it.ladders.wrongly);
    let missed = sum(|it| it.captures.missed + it.ladders.missed);
    let mut page = format!(
        "# How often each rule is right\n\n\
         Two labelled sets: {recorded} recorded captures, whose truth is what \
         `captures/manifest.toml` expects of each, with rule, severity, verdict, the host \
         responsible and frames of the evidence; and {ladders} ladders of the rules' pages. A \
         finding that is not expected is wrong, an expectation without a finding is missed. Silent \
         counts the ladders made to show that a rule rightly says nothing. The test `truth` makes this table and fails when anything is wrong or missed; \
         `SIPWHY_UPDATE=1 cargo test -p sipwhy-tests --test truth` writes it anew.\n\n\
         In all: {captured} findings in captures and {drawn} in ladders are right, {wrong} wrong, \
         {missed} missed.\n\n\
         | Rule | Captures: rightly | wrongly | missed | Ladders: rightly | wrongly | missed | \
         silent |\n\
         |---|---|---|---|---|---|---|---|\n"
    );
    for (rule, Row { captures, ladders }) in table {
        let _ = write!(page, "| `{rule}` |");
        for score in [captures, ladders] {
            let (rightly, wrongly, missed) = (score.rightly, score.wrongly, score.missed);
            let _ = write!(page, " {rightly} | {wrongly} | {missed} |");
        }
        let _ = writeln!(page, " {} |", ladders.silent);
    }
    page
}
