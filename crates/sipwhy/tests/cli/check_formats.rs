//! The formats of `sipwhy check`, held against schemas and tools that are not ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::craft::pcap;
use crate::run::{Ran, capture, program, scratch};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";

/// A user name that means something in every format: in XML, Markdown, workflow commands, TAP.
const HOSTILE: &str = "]]>&lt;<b>|`x`[y](z)*_%0A::set-env\u{1b}[31m\u{fffe}\u{8}#%25,:\\é";

/// An INVITE refused with 503, between users with that name.
pub(crate) fn hostile_call() -> Vec<u8> {
    let end = "\r\n";
    let common = format!(
        "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKh{end}From: <sip:{HOSTILE}@h>;tag=1{end}\
         To: <sip:b@h>TAG{end}Call-ID: {HOSTILE}{end}CSeq: 1 INVITE{end}Max-Forwards: 70{end}\
         Content-Length: 0{end}{end}"
    );
    let request = format!("INVITE sip:b@h SIP/2.0{end}{}", common.replace("TAG", ""));
    let tagged = common.replace("TAG", ";tag=2");
    let response = format!("SIP/2.0 503 {HOSTILE}{end}{tagged}");
    let ack = format!(
        "ACK sip:b@h SIP/2.0{end}{}",
        tagged.replace("1 INVITE", "1 ACK")
    );
    pcap(&[
        (1, 2, request.into_bytes()),
        (2, 1, response.into_bytes()),
        (1, 2, ack.into_bytes()),
    ])
}

/// A directory with every kind of capture: failing, well, hostile, without SIP, cut off.
fn lab(name: &str) -> PathBuf {
    let folder = scratch(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("a b")).unwrap();
    let healthy = fs::read(capture("call-direct.pcap")).unwrap();
    fs::copy(capture(IGNORED), folder.join("a b/ignored #1.pcap")).unwrap();
    fs::write(folder.join("cut.pcap"), &healthy[..healthy.len() - 10]).unwrap();
    fs::write(folder.join("empty.pcap"), &healthy[..24]).unwrap();
    fs::write(folder.join("hostile.pcap"), hostile_call()).unwrap();
    fs::write(folder.join("well.pcap"), healthy).unwrap();
    folder
}

fn check(folder: &Path, args: &[&str]) -> Ran {
    let mut command = program();
    command.current_dir(folder).arg("check").args(args);
    command.args(["a b", "cut.pcap", "empty.pcap", "hostile.pcap", "well.pcap"]);
    let ran: Ran = command.output().unwrap().into();
    assert_eq!(ran.status, 2, "{}", ran.err);
    ran
}

pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas")
}

#[test]
fn sarif_is_what_its_schema_asks_for() {
    let folder = lab("sarif");
    check(&folder, &["--format", "sarif=x.sarif"]);
    let log = json(&folder.join("x.sarif"));
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
    // It can say no.
    let mut wrong = log.clone();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&wrong));

    let run = &log["runs"][0];
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "use-proxy-ignored");
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    let rule = &run["tool"]["driver"]["rules"][index];
    assert_eq!(rule["id"], "use-proxy-ignored");
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("## "));
    let place = &result["locations"][0];
    let file = &place["physicalLocation"]["artifactLocation"];
    assert_eq!(file["uri"], "a%20b/ignored%20%231.pcap");
    assert_eq!(file["uriBaseId"], "%SRCROOT%");
    assert_eq!(
        place["logicalLocations"][0]["fullyQualifiedName"],
        "a b/ignored #1.pcap:4"
    );
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notes = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0]["message"]["text"]
            .as_str()
            .unwrap()
            .contains("cut off in the record")
    );
}

#[test]
fn junit_has_a_case_for_each_capture_and_is_what_its_schema_asks_for() {
    let folder = lab("junit");
    check(&folder, &["--fail-on", "note", "--format", "junit=x.xml"]);
    let text = fs::read_to_string(folder.join("x.xml")).unwrap();
    let is_allowed =
        |c: char| matches!(c, '\n' | '\t') || c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(text.chars().all(is_allowed), "XML 1.0 §2.2: {text}");
    assert!(
        text.contains("tests=\"5\" failures=\"2\" errors=\"1\""),
        "{text}"
    );
    for part in [
        "<testcase name=\"a b/ignored #1.pcap\" classname=\"sipwhy.check\">\n            <failure message=\"1 error\"",
        "<error message=\"not read to its end\" type=\"unreadable\">cut.pcap: cut off in the record",
        "<skipped message=\"no SIP messages in it\"/>",
        "<testcase name=\"well.pcap\" classname=\"sipwhy.check\"/>",
        "error[use-proxy-ignored]",
        "&lt;b&gt;",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let mut xmllint = Command::new("xmllint");
    xmllint
        .arg("--noout")
        .arg("--schema")
        .arg(schemas().join("junit-10.xsd"));
    match xmllint.arg(folder.join("x.xml")).output() {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(fault) => println!("skipped: xmllint (of libxml2-utils) cannot be run: {fault}"),
    }
}

#[test]
fn github_gets_one_command_a_line() {
    let folder = lab("github");
    let ran = check(&folder, &["--format", "github"]);
    assert!(ran.out.lines().count() >= 3, "{}", ran.out);
    for line in ran.out.lines() {
        let rest = line.strip_prefix("::").unwrap();
        let (head, message) = rest.split_once("::").unwrap();
        let (name, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&name), "{line}");
        let names: Vec<_> = properties
            .split(',')
            .map(|it| it.split('=').next().unwrap())
            .collect();
        assert_eq!(names, ["file", "title"], "{line}");
        assert!(!message.is_empty() && !line.contains('\u{1b}'), "{line}");
    }
    assert!(
        ran.out.contains("%250A"),
        "what looks like an escape is escaped: {}",
        ran.out
    );
}

#[test]
fn gitlab_gets_what_it_asks_for() {
    let folder = lab("gitlab");
    let out = check(&folder, &["--format", "gitlab"]).out;
    let issues: Vec<Value> = serde_json::from_str(&out).unwrap();
    assert!(issues.len() >= 3);
    let mut fingerprints: Vec<&str> = Vec::new();
    for issue in &issues {
        assert!(!issue["description"].as_str().unwrap().is_empty());
        assert!(!issue["check_name"].as_str().unwrap().is_empty());
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(folder.join(path).is_file(), "{path}");
        assert_eq!(issue["location"]["lines"]["begin"], 1);
        fingerprints.push(issue["fingerprint"].as_str().unwrap());
    }
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), issues.len(), "each is another");
    assert_eq!(
        out,
        check(&folder, &["--format", "gitlab"]).out,
        "and stays the same"
    );
}

#[test]
fn tap_has_a_point_for_each_capture() {
    let folder = lab("tap");
    let out = check(&folder, &["--fail-on", "note", "--format", "tap"]).out;
    assert!(
        out.starts_with("TAP version 14\n1..5\nnot ok 1 - a b/ignored \\#1.pcap\n  ---\n"),
        "{out}"
    );
    for line in [
        "not ok 2 - cut.pcap",
        "ok 3 - empty.pcap # SKIP no SIP messages in it",
        "not ok 4 - hostile.pcap",
        "ok 5 - well.pcap",
        "    - rule: \"use-proxy-ignored\"",
    ] {
        assert!(out.lines().any(|it| it == line), "{line} in {out}");
    }
    let others = out.lines().skip(2);
    let mut others = others.filter(|it| !it.starts_with("  ") && !it.contains("ok "));
    assert_eq!(others.next(), None, "nothing from the wire begins a line");
}

#[test]
fn a_summary_holds_no_markup_from_the_wire() {
    let folder = lab("markdown");
    let out = check(&folder, &["--fail-on", "note", "--format", "markdown"]).out;
    assert!(
        out.starts_with("## sipwhy: 3 of 5 captures failed\n"),
        "{out}"
    );
    assert!(
        out.contains("| a b/ignored \\#1\\.pcap | 9 | 1 | 1 error | failed |"),
        "{out}"
    );
    assert!(out.contains("**error** `use-proxy-ignored`: "), "{out}");
    assert!(!out.contains("<b>") && !out.contains("[y](z)"), "{out}");
}

#[test]
fn several_formats_are_written_in_one_run() {
    let folder = lab("several");
    let ran = check(
        &folder,
        &[
            "--format",
            "text",
            "--format=tap=x.tap",
            "--format",
            "json=x.json",
        ],
    );
    assert!(ran.out.contains("error[use-proxy-ignored]"), "{}", ran.out);
    assert!(
        fs::read_to_string(folder.join("x.tap"))
            .unwrap()
            .starts_with("TAP version 14")
    );
    let records = crate::run::records(&fs::read_to_string(folder.join("x.json")).unwrap());
    let checks = records.iter().filter(|it| it["kind"] == "check");
    assert_eq!(checks.count(), 5);
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schema");
    let validator =
        jsonschema::validator_for(&json(&schema.join("sipwhy-v1.schema.json"))).unwrap();
    for record in &records {
        let faults: Vec<String> = validator
            .iter_errors(record)
            .map(|it| format!("{it:?}"))
            .collect();
        assert!(faults.is_empty(), "{faults:#?} in {record}");
    }
}

/// The commands of the steps of a workflow: its `run: |` blocks, by the names of the steps.
fn steps(workflow: &str) -> Vec<(String, String)> {
    let mut steps = Vec::new();
    let mut name = String::new();
    let mut lines = workflow.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(found) = line.trim_start().strip_prefix("- name: ") {
            found.clone_into(&mut name);
        } else if let Some(indent) = line.find("run: |") {
            let mut script = String::new();
            while let Some(line) =
                lines.next_if(|it| it.len() > indent && it[..=indent].trim().is_empty())
            {
                script.push_str(line);
                script.push('\n');
            }
            steps.push((name.clone(), script));
        }
    }
    steps
}

#[test]
fn the_steps_of_the_example_workflow_do_what_they_say() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let workflow = fs::read_to_string(docs.join("github-workflow.yml")).unwrap();
    let steps = steps(&workflow);
    let names: Vec<&str> = steps.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Install sipwhy", "Check the calls"]);
    let script = &steps[1].1;

    let folder = scratch("workflow");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("lab")).unwrap();
    fs::copy(capture(IGNORED), folder.join("lab/ignored.pcap")).unwrap();
    fs::write(folder.join("lab.toml"), "version = 1\n").unwrap();
    let stated = "version = 1\ncalls = 1\n";
    fs::write(folder.join("lab/ignored.pcap.expect.toml"), stated).unwrap();
    let own = PathBuf::from(program().get_program());
    let own = own.parent().unwrap().display().to_string();
    let path = format!("{own}:{}", std::env::var("PATH").unwrap());
    let run = || -> Ran {
        // As GitHub runs steps.
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        bash.current_dir(&folder)
            .env("PATH", &path)
            .env("SIPWHY_CONFIG", "");
        bash.env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
        bash.output().unwrap().into()
    };
    let ran = run();
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(
        ran.out
            .starts_with("::error file=lab/ignored.pcap,title=use-proxy-ignored::")
    );
    for (file, part) in [
        ("summary.md", "## sipwhy: 1 of 1 captures failed"),
        ("junit.xml", "<failure "),
        ("junit.xml", "lab/ignored.pcap: number of calls"),
        ("calls.sarif", "\"use-proxy-ignored\""),
    ] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert!(text.contains(part), "{file}: {text}");
    }
    fs::copy(capture("call-direct.pcap"), folder.join("lab/ignored.pcap")).unwrap();
    let ran = run();
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (0, "", "")
    );
}

#[test]
fn the_options_of_the_documentation_exist() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let page = fs::read_to_string(docs.join("check.md")).unwrap();
    let help: Ran = program().args(["check", "--help"]).output().unwrap().into();
    let words = page.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    let options: Vec<&str> = words
        .filter(|it| it.starts_with("--") && it.len() > 3)
        .collect();
    assert!(options.len() > 10);
    for option in options {
        assert!(help.out.contains(option), "{option}");
    }
}
