//! Expectations in every format, held against schemas and tools that are not ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::check::{check_in, lab};
use crate::check_formats::{hostile_call, json, schemas};

/// A directory with expectations of every kind: met, not met, of a capture that is gone, of a fault,
/// and with names that mean something in every format.
fn stated(name: &str) -> PathBuf {
    let folder = lab(
        name,
        &[
            ("busy.pcap", "busy.pcap"),
            ("fault.pcap", "use-proxy-ignored-old-destination.pcap"),
        ],
    );
    fs::write(folder.join("hostile.pcap"), hostile_call()).unwrap();
    let busy = "version = 1\ncalls = 1\n\n[[call]]\noutcome = \"answered\"\n\
                ladder = [\"INVITE\", \"100?\", \"180\", \"200\", \"...\"]\n";
    fs::write(folder.join("busy.pcap.expect.toml"), busy).unwrap();
    let fault = "version = 1\nfires = [\"use-proxy-ignored\"]\n";
    fs::write(folder.join("fault.pcap.expect.toml"), fault).unwrap();
    let hostile = "version = 1\n[[call]]\n\
                   name = \"]]>&lt;<b>|`x`[y](z)*_%0A::set-env\\u001B[31m\\uFFFE#%25,:\\\\é\\n- x\"\n\
                   match.from = \"nobody|<b>\"\n[[call]]\ncode = 200\n";
    fs::write(folder.join("hostile.pcap.expect.toml"), hostile).unwrap();
    fs::write(folder.join("gone.pcap.expect.toml"), "version = 1\n").unwrap();
    folder
}

/// What a format says of it, in a file.
fn report(name: &str, form: &str) -> (PathBuf, String) {
    let folder = stated(name);
    let file = folder.join("report");
    let ran = check_in(&folder, &["--format", &format!("{form}=report"), "."]);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let text = fs::read_to_string(&file).unwrap();
    (file, text)
}

#[test]
fn junit_has_a_case_for_each_expectation() {
    let (file, text) = report("expect-junit", "junit");
    // Three captures, and 4 + 1 + 3 + 1 expectations.
    assert!(
        text.contains("tests=\"12\" failures=\"6\" errors=\"0\""),
        "{text}"
    );
    for part in [
        "<testcase name=\"busy.pcap\" classname=\"sipwhy.check\"/>",
        "<testcase name=\"busy.pcap: number of calls\" classname=\"sipwhy.expect\"/>",
        "<testcase name=\"busy.pcap: call 1, any call: outcome\" classname=\"sipwhy.expect\">\n            \
         <failure message=\"answered expected, failed (486 Busy Here)\" type=\"expectation\">\
         stated in: busy.pcap.expect.toml:5\n",
        "answered ≠ failed (486 Busy Here)  busy.pcap:10",
        "<testcase name=\"fault.pcap: fires use-proxy-ignored\" classname=\"sipwhy.expect\"/>",
        "<testcase name=\"gone.pcap: is there\" classname=\"sipwhy.expect\">",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("name=\"gone.pcap\""), "{text}");
    let is_allowed =
        |c: char| matches!(c, '\n' | '\t') || c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(text.chars().all(is_allowed), "XML 1.0 §2.2: {text}");
    let mut xmllint = Command::new("xmllint");
    let schema = schemas().join("junit-10.xsd");
    xmllint.arg("--noout").arg("--schema").arg(schema).arg(file);
    match xmllint.output() {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(fault) => println!("skipped: xmllint (of libxml2-utils) cannot be run: {fault}"),
    }
}

#[test]
fn tap_has_a_point_for_each_expectation() {
    let (_, text) = report("expect-tap", "tap");
    assert!(
        text.starts_with("TAP version 14\n1..12\nok 1 - busy.pcap\nok 2 - "),
        "{text}"
    );
    let points = text
        .lines()
        .filter(|it| it.contains("ok ") && !it.starts_with(' '));
    for (number, point) in (1..).zip(points.clone()) {
        let rest = point.strip_prefix("not ").unwrap_or(point);
        assert!(rest.starts_with(&format!("ok {number} - ")), "{point}");
    }
    assert_eq!(points.count(), 12);
    for line in [
        "not ok 4 - busy.pcap: call 1, any call: outcome",
        "  stated_in: \"busy.pcap.expect.toml:5\"",
        "      found: \"failed (486 Busy Here)\"",
        "      packet: \"busy.pcap:10\"",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} in {text}");
    }
}

#[test]
fn sarif_points_at_the_line_that_states_it() {
    let (file, _) = report("expect-sarif", "sarif");
    let log = json(&file);
    let schema = fs::read_to_string(schemas().join("sarif-2.1.0.schema.json")).unwrap();
    // A pattern in it has a bracket too many, which Unicode-aware regular expressions refuse.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&log)
        .map(|it| it.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let unmet: Vec<&Value> = results
        .iter()
        .filter(|it| it["ruleId"] == "expectation")
        .collect();
    assert_eq!(unmet.len(), 5);
    let place = &unmet[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "busy.pcap.expect.toml");
    assert_eq!(place["region"]["startLine"], 5);
    let frame = &unmet[0]["relatedLocations"][0]["logicalLocations"][0];
    assert_eq!(frame["fullyQualifiedName"], "busy.pcap:10");
    let mut prints: Vec<_> = unmet.iter().map(|it| &it["partialFingerprints"]).collect();
    prints.dedup();
    assert_eq!(prints.len(), unmet.len());
    // A fault that is asked for is there, and suppressed.
    let fault = results
        .iter()
        .find(|it| it["ruleId"] == "use-proxy-ignored");
    assert_eq!(fault.unwrap()["suppressions"][0]["kind"], "external");
}

#[test]
fn github_and_gitlab_point_at_the_line_that_states_it() {
    let (_, text) = report("expect-github", "github");
    let unmet: Vec<&str> = text
        .lines()
        .filter(|it| it.contains("title=expectation"))
        .collect();
    assert_eq!(unmet.len(), 5, "{text}");
    assert!(
        unmet[0].starts_with(
            "::error file=busy.pcap.expect.toml,line=5,title=expectation::busy.pcap: call 1, any \
             call: outcome: answered expected, failed (486 Busy Here)%0A"
        ),
        "{text}"
    );
    assert!(text.lines().all(|it| it.starts_with("::")), "{text}");
    assert!(
        !text.contains('\u{1b}') && !text.contains("use-proxy-ignored"),
        "{text}"
    );

    let (_, text) = report("expect-gitlab", "gitlab");
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    let unmet: Vec<&Value> = issues
        .iter()
        .filter(|it| it["check_name"] == "expectation")
        .collect();
    assert_eq!(unmet.len(), 5);
    assert_eq!(unmet[0]["location"]["path"], "busy.pcap.expect.toml");
    assert_eq!(unmet[0]["location"]["lines"]["begin"], 5);
    let mut prints: Vec<&str> = issues
        .iter()
        .map(|it| it["fingerprint"].as_str().unwrap())
        .collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), issues.len(), "each is another");
    assert!(
        !text.contains("use-proxy-ignored"),
        "what is expected is no issue"
    );
}

#[test]
fn a_summary_has_both_sides_in_a_table_and_no_markup_of_others() {
    let (_, text) = report("expect-markdown", "markdown");
    assert!(
        text.starts_with("## sipwhy: 3 of 4 captures failed\n"),
        "{text}"
    );
    let parts = [
        "**not as expected**: busy\\.pcap",
        "| Expected | | Found | Packet |\n|---|---|---|---|\n",
        "| answered | ≠ | failed \\(486 Busy Here) | busy\\.pcap\\:10 |\n",
    ];
    for part in &parts[1..] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("<b>") && !text.contains("[y](z)"), "{text}");
    let lines = text.lines();
    assert!(lines.clone().all(|it| !it.starts_with("- x")), "{text}");
}

#[test]
fn json_lists_all_of_them_and_is_what_its_schema_asks_for() {
    let (_, text) = report("expect-json", "json");
    let records = crate::run::records(&text);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let schema = json(&schema.join("sipwhy-v1.schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for record in &records {
        let faults: Vec<String> = validator
            .iter_errors(record)
            .map(|it| format!("{it:?}"))
            .collect();
        assert!(faults.is_empty(), "{faults:#?} in {record}");
    }
    let of = |name: &str| {
        let mut checks = records.iter().filter(|it| it["kind"] == "check");
        checks.find(|it| it["capture"] == name).unwrap()
    };
    let busy = of("busy.pcap");
    assert_eq!(busy["failed"], true);
    let expectations = busy["expectations"].as_array().unwrap();
    assert_eq!(expectations.len(), 4);
    assert_eq!(expectations[0]["met"], true);
    assert_eq!(expectations[0]["rows"].as_array().unwrap().len(), 0);
    let outcome = &expectations[2];
    assert_eq!(
        (&outcome["met"], &outcome["line"]),
        (&false.into(), &5.into())
    );
    assert_eq!(outcome["rows"][0]["expected"], "answered");
    assert_eq!(outcome["rows"][0]["frame"], 10);
    let fault = of("fault.pcap");
    assert_eq!(fault["failed"], false);
    assert_eq!(fault["findings"][0]["expected"], true);
    assert_eq!(of("gone.pcap")["failed"], true);
}

#[test]
fn what_is_met_is_quiet_in_text() {
    let folder = lab(
        "expect-quiet",
        &[("fault.pcap", "use-proxy-ignored-old-destination.pcap")],
    );
    let fault = "version = 1\ncalls = 1\nfires = [\"use-proxy-ignored\"]\n";
    fs::write(folder.join("fault.pcap.expect.toml"), fault).unwrap();
    let ran = check_in(&folder, &["."]);
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (0, "", "")
    );
}

#[test]
fn the_page_shows_what_is_not_as_expected_first() {
    let (_, text) = report("expect-html", "html");
    let of = |id: &str| text.find(&format!("<section id=\"{id}\">")).unwrap();
    assert!(of("summary") < of("expectations") && of("expectations") < of("findings"));
    for part in [
        "<a href=\"#expectations\">5 expectations not met</a>",
        "<span class=\"capture\">busy.pcap</span> call 1, any call: outcome: answered expected",
        "Stated in <code>busy.pcap.expect.toml:5</code>",
        "<tr><td>answered</td><td><span class=\"why\" title=\"they differ\">≠</span></td>\
         <td>failed (486 Busy Here)</td><td>busy.pcap:10</td></tr>",
        "<span class=\"capture\">gone.pcap</span>",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    // The name of the call that is nowhere.
    assert!(text.contains("]]&gt;&amp;lt;&lt;b&gt;|"), "{text}");
    assert!(!text.contains("<b>|") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_page_without_unmet_expectations_says_nothing_of_them() {
    let folder = lab("expect-html-met", &[("busy.pcap", "busy.pcap")]);
    fs::write(
        folder.join("busy.pcap.expect.toml"),
        "version = 1\ncalls = 1\n",
    )
    .unwrap();
    check_in(&folder, &["--format", "html=report", "."]);
    let text = fs::read_to_string(folder.join("report")).unwrap();
    assert!(!text.contains("id=\"expectations\""), "{text}");
}
