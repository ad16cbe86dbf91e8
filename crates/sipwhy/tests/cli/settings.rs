//! The configuration file, as it changes what is said.

use std::fs;

use crate::run::{Ran, capture, program, records, run, scratch};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";

/// Runs with a file of this content.
fn with(name: &str, content: &str, args: &[&str]) -> Ran {
    let path = scratch(name);
    fs::write(&path, content).unwrap();
    let path = path.to_str().unwrap();
    run(&[args, &["--config", path]].concat())
}

/// The rules that were told, with their severities.
fn told(ran: &Ran) -> Vec<(String, String)> {
    let records = records(&ran.out);
    let annotations = records.iter().filter(|it| it["kind"] == "annotation");
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    annotations
        .map(|it| (word(&it["rule"]), word(&it["severity"])))
        .collect()
}

#[test]
fn severities_switches_and_exceptions_decide_what_is_told() {
    let file = capture(IGNORED);
    let args = ["check", "--format", "json", &file];
    let usual = run(&args);
    assert_eq!(usual.status, 1);
    let is_told = |ran: &Ran, severity: &str| {
        let told = told(ran);
        told.contains(&("use-proxy-ignored".to_owned(), severity.to_owned()))
    };
    assert!(is_told(&usual, "error"), "{}", usual.out);

    let milder = "[severity]\nuse-proxy-ignored = \"warning\"\n[rules]\ncall-failed = false\n";
    let milder = with("milder.toml", milder, &args);
    assert!(is_told(&milder, "warning"), "{}", milder.out);
    assert_eq!(milder.status, 0, "a warning is below --fail-on error");

    let off = with("off.toml", "rules.use-proxy-ignored = false\n", &args);
    assert!(!off.out.contains("\"use-proxy-ignored\""), "{}", off.out);

    let responsible = records(&usual.out)
        .iter()
        .find(|it| it["rule"] == "use-proxy-ignored")
        .and_then(|it| it["responsible"]["address"].as_str().map(str::to_owned))
        .unwrap();
    let excepted = |peer: &str| {
        let text = format!("[[peer]]\naddress = \"{peer}\"\noff = [\"use-proxy-ignored\"]\n");
        with("peer.toml", &text, &args)
    };
    assert!(!is_told(&excepted(&responsible), "error"));
    assert!(is_told(&excepted("192.0.2.77"), "error"));
}

#[test]
fn thresholds_decide_when_a_wait_is_told() {
    let file = capture("stuck-then-rang-at-12s.pcap");
    let args = ["read", "--format", "json", &file];
    let is_stuck = |ran: &Ran| told(ran).iter().any(|(rule, _)| rule == "stuck-on-trying");
    assert!(is_stuck(&run(&args)));
    let patient = with(
        "patient.toml",
        "thresholds.stuck_warning = \"20s\"\n",
        &args,
    );
    assert!(!is_stuck(&patient), "{}", patient.out);
}

#[test]
fn the_rules_verb_shows_what_is_in_force() {
    let text = "thresholds.stuck_warning = \"6s\"\nseverity.call-failed = \"note\"\n\
                rules.no-response = false\n";
    let ran = with("effective.toml", text, &["rules", "--format", "json"]);
    let records = records(&ran.out);
    let rule = |id: &str| records.iter().find(|it| it["id"] == id).unwrap();
    assert_eq!(rule("call-failed")["severity"], "note");
    assert_eq!(rule("call-failed")["default_severity"], "warning");
    assert_eq!(rule("no-response")["enabled"], false);
    let settings = records.last().unwrap();
    assert_eq!(settings["kind"], "settings");
    assert_eq!(settings["thresholds"]["stuck_warning"], "6s");
    assert_eq!(settings["thresholds"]["stuck_error"], "32s");
    let shown = with("effective.toml", text, &["rules"]);
    assert!(shown.out.contains("6s  (by default 8s)"), "{}", shown.out);
}

#[test]
fn a_fault_of_the_file_ends_the_run_and_says_where_it_is() {
    let file = capture(IGNORED);
    for verb in [&["read", file.as_str()][..], &["check", &file], &["rules"]] {
        let ran = with("faulty.toml", "\n[rules]\ncall-faild = false\n", verb);
        assert_eq!(ran.status, 2, "{verb:?}");
        let says = "faulty.toml:3: no rule is called `call-faild`; did you mean `call-failed`?";
        assert!(ran.err.contains(says), "{}", ran.err);
        assert!(ran.out.is_empty());
    }
    let missing = run(&["rules", "--config", "/nowhere/x.toml"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("/nowhere/x.toml"), "{}", missing.err);
}

#[test]
fn the_file_is_found_where_users_keep_theirs() {
    let home = scratch("config-home");
    fs::create_dir_all(home.join("sipwhy")).unwrap();
    let text = "rules.no-response = false\n";
    fs::write(home.join("sipwhy/config.toml"), text).unwrap();
    let named = scratch("named.toml");
    fs::write(&named, "").unwrap();
    let off = |variable: Option<&str>| {
        let mut command = program();
        command.env_remove("SIPWHY_CONFIG");
        command.env("XDG_CONFIG_HOME", &home).arg("rules");
        if let Some(value) = variable {
            command.env("SIPWHY_CONFIG", value);
        }
        let ran: Ran = command.output().unwrap().into();
        ran.out.contains("off ")
    };
    assert!(off(None));
    assert!(!off(Some("")), "an empty name stands for no file");
    assert!(
        !off(named.to_str()),
        "the variable goes before the directory"
    );
}
