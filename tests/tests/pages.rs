//! Every ladder of every rule's page does what the page says, and every rule has what a rule needs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sipwhy_annotator::RULES;
use sipwhy_testkit::{Example, Kind, Ladder, Page};
use sipwhy_tests::{manifest, root};

/// Set to write `docs/rules/README.md` anew.
const UPDATE: &str = "SIPWHY_UPDATE";

#[test]
fn every_ladder_does_what_its_page_says() {
    let mut faults = String::new();
    for rule in RULES {
        let info = rule.info();
        match Page::parse(info.page) {
            Ok(page) => {
                for example in &page.examples {
                    if let Err(fault) = check(info.id, example) {
                        let place = format!("{}.md:{}", info.id, example.line);
                        let _ = writeln!(faults, "{place}: {}\n{fault}\n", example.title);
                    }
                }
            }
            Err(fault) => {
                let _ = writeln!(faults, "{}.md: {fault}\n", info.id);
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

fn check(rule: &str, example: &Example<'_>) -> Result<(), String> {
    let ladder = Ladder::parse(example.text).map_err(|error| error.to_string())?;
    let fires = ladder.expected.iter().any(|wanted| wanted.rule == rule);
    match (example.kind, fires) {
        (Kind::Fires, false) => return Err(format!("it expects nothing of {rule}")),
        (Kind::Silent, true) => return Err(format!("it expects {rule} to speak")),
        _ => {}
    }
    ladder
        .check(rule)
        .map_err(|difference| difference.to_string())
}

#[test]
fn every_rule_has_firing_and_silent_ladders() {
    for rule in RULES {
        let info = rule.info();
        let page = Page::parse(info.page).unwrap();
        for kind in [Kind::Fires, Kind::Silent] {
            assert!(
                page.examples.iter().any(|example| example.kind == kind),
                "{}.md has no ladder that shows: {kind:?}",
                info.id
            );
        }
        let first = info.page.lines().next().unwrap_or_default();
        assert_eq!(first, format!("# `{}`", info.id));
    }
}

#[test]
fn every_rule_is_named_by_a_recorded_capture() {
    let captures = manifest().unwrap();
    let shown: BTreeSet<&str> = captures
        .iter()
        .flat_map(|capture| &capture.expect)
        .filter(|expect| !expect.optional)
        .map(|expect| expect.rule.as_str())
        .collect();
    for rule in RULES {
        let id = rule.info().id;
        assert!(
            shown.contains(id),
            "no capture in captures/manifest.toml expects {id}"
        );
    }
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.info().id).collect();
    assert!(
        shown.is_subset(&known),
        "unknown rules: {:?}",
        &shown - &known
    );
}

#[test]
fn the_index_of_the_rules_is_current() {
    let mut index = String::from(
        "# Rules\n\n\
         Each rule's page is also what `sipwhy explain RULE` prints, and its call ladders are run \
         by the tests. This index is made from the rules; \
         `SIPWHY_UPDATE=1 cargo test -p sipwhy-tests --test pages` writes it anew.\n\n\
         | Rule | Severity | What it finds |\n|---|---|---|\n",
    );
    for rule in RULES {
        let info = rule.info();
        let (id, severity) = (info.id, info.severity.as_str());
        let page = format!("crates/annotator/src/rules/{id}.md");
        assert!(root().join(&page).is_file(), "{page}");
        let link = format!("../../{page}");
        let _ = writeln!(
            index,
            "| [`{id}`]({link}) | {severity} | {} |",
            info.summary
        );
    }
    let place = root().join("docs/rules/README.md");
    if std::env::var_os(UPDATE).is_some() {
        std::fs::create_dir_all(root().join("docs/rules")).unwrap();
        std::fs::write(&place, &index).unwrap();
    }
    let written = std::fs::read_to_string(&place).unwrap_or_default();
    assert!(
        written == index,
        "{} is out of date: set {UPDATE}=1",
        place.display()
    );
}
