//! Help, explanations, comparisons, lists.

use crate::run::{records, run, scratch};

const VERBS: [&str; 10] = [
    "read", "live", "check", "diff", "lint", "explain", "compare", "rules", "schema", "site",
];

#[test]
fn help_names_each_verb_and_gives_examples() {
    let ran = run(&["--help"]);
    assert_eq!(ran.status, 0);
    for verb in VERBS {
        assert!(
            ran.out.contains(&format!("\n  {verb} ")),
            "{verb} in:\n{}",
            ran.out
        );
        let help = run(&[verb, "--help"]);
        assert_eq!(help.status, 0, "{verb}");
        assert!(help.out.contains("Examples:\n  "), "{verb}");
        assert!(help.out.contains(&format!("sipwhy {verb}")), "{verb}");
    }
    assert!(ran.out.contains("Exit status: 0"));
}

#[test]
fn a_wrong_call_exits_2() {
    assert_eq!(run(&["raed", "x"]).status, 2);
    assert_eq!(run(&["read"]).status, 2);
    assert_eq!(run(&["read", "--port", "70000", "x"]).status, 2);
}

#[test]
fn codes_names_rules_causes_and_warn_codes_have_pages() {
    for (what, title) in [
        (&["305"][..], "305 Use Proxy"),
        (&["use", "proxy"], "305 Use Proxy"),
        (&["Trying"], "100 Trying"),
        (&["stuck-on-trying"], "stuck-on-trying"),
        (&["q850", "34"], "34"),
        (&["Q.850;cause=34"], "34"),
        (&["warning", "399"], "399"),
        (&["477"], "477"),
        (&["PRACK"], "PRACK"),
        (&["timer", "b"], "Timer B"),
        (&["back-to-back", "user", "agent"], "B2BUA"),
        (&["reason", "q.850"], "Q.850"),
    ] {
        let ran = run(&[&["explain"], what].concat());
        assert_eq!(ran.status, 0, "{what:?}: {}", ran.err);
        let first = ran.out.lines().next().unwrap();
        assert!(first.contains(title), "{what:?}: {first}");
    }
}

#[test]
fn everything_that_has_a_page_is_listed() {
    for (what, listed) in [
        (&[][..], "486 Busy Here"),
        (&["causes"], "34 No circuit available"),
        (&["warnings"], "399"),
        (&["methods"], "PRACK"),
        (&["timers"], "Timer C"),
        (&["terms"], "route set"),
    ] {
        let ran = run(&[&["explain"], what].concat());
        assert_eq!(ran.status, 0, "{what:?}: {}", ran.err);
        assert!(ran.out.contains(listed), "{what:?}: {}", ran.out);
    }
}

#[test]
fn entries_are_given_as_json_too() {
    let json = |args: &[&str]| -> serde_json::Value {
        serde_json::from_str(&run(&[args, &["--format", "json"]].concat()).out).unwrap()
    };
    let code = json(&["explain", "305"]);
    assert_eq!(
        (&code["kind"], &code["code"]),
        (&"code".into(), &305.into())
    );
    assert_eq!(code["class"], "Redirection");
    assert!(code["details"]["confirm"][0].is_string(), "{code}");
    assert_eq!(json(&["explain", "431"])["treat_as"], 400);
    assert_eq!(json(&["explain", "timer", "b"])["topic"], "timer");
    assert_eq!(json(&["explain", "stuck-on-trying"])["kind"], "rule");
    assert_eq!(json(&["explain", "timers"])[0]["query"], "t1");
    let comparison = json(&["compare", "305", "100"]);
    assert_eq!(comparison["left"]["code"], 305);
    assert_eq!(comparison["right"]["code"], 100);
    assert!(
        comparison["differences"][0]["text"].is_string(),
        "{comparison}"
    );
}

#[test]
fn the_pages_are_written_as_a_web_site() {
    let folder = scratch("site");
    let ran = run(&["site", folder.to_str().unwrap()]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("index.html"), "{}", ran.out);
    let page = std::fs::read_to_string(folder.join("codes/305.html")).unwrap();
    assert!(page.contains("<h1>305 Use Proxy</h1>"), "{page}");
    let refused = run(&["site", folder.join("index.html").to_str().unwrap()]);
    assert_eq!(refused.status, 2);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_rule_has_a_page() {
    let records = records(&run(&["rules", "--format", "json"]).out);
    for rule in records.iter().filter(|it| it["kind"] == "rule") {
        let id = rule["id"].as_str().unwrap();
        let ran = run(&["explain", id]);
        assert_eq!(ran.status, 0, "{id}");
        assert!(ran.out.contains(id), "{id}");
        assert!(run(&["rules"]).out.contains(id));
    }
}

#[test]
fn codes_are_compared_on_a_screen_and_as_markdown() {
    let screen = run(&["compare", "100", "305"]).out;
    assert!(screen.contains("Key differences"), "{screen}");
    let markdown = run(&["compare", "trying", "Use Proxy", "--format", "markdown"]).out;
    assert!(markdown.starts_with("# "), "{markdown}");
    assert!(markdown.contains("\n|"), "{markdown}");
}

#[test]
fn shells_and_man_are_served() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(&["completions", shell]).out.contains("sipwhy"));
    }
    assert!(run(&["man"]).out.contains(".TH sipwhy"));
    assert!(run(&["man", "read"]).out.contains("read"));
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"]).out).unwrap();
    assert_eq!(schema["title"], "sipwhy-v1");
}
