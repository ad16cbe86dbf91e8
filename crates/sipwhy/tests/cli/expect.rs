//! `sipwhy check` and files of expectations: what they ask for, what they are for, drafts.

use std::fs;
use std::path::{Path, PathBuf};

use crate::check::{check_in, lab, recorded_again};
use crate::run::capture;

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";
const PROXIED: &str = "call-proxied.pcap";
const BUSY: &str = "busy.pcap";
const STUCK: &str = "stuck-next-hop-silent.pcap";

const OUTCOMES: [&str; 6] = [
    "answered",
    "redirected",
    "challenged",
    "cancelled",
    "failed",
    "unanswered",
];

/// All captures that ship with the project, by their names.
fn captures() -> Vec<String> {
    let folder = PathBuf::from(capture(BUSY));
    let entries = fs::read_dir(folder.parent().unwrap()).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    let is_capture = |name: &String| name.ends_with(".pcap") || name.ends_with(".pcapng");
    let mut names: Vec<String> = names.filter(is_capture).collect();
    names.sort();
    names
}

/// The blocks of TOML in the page.
fn examples() -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/expectations.md");
    let page = fs::read_to_string(page).unwrap();
    let blocks = page.split("```toml\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_draft_of_every_capture_is_met_by_it() {
    let names = captures();
    assert!(names.len() > 100, "they were found");
    let files: Vec<(&str, &str)> = names.iter().map(|it| (it.as_str(), it.as_str())).collect();
    let folder = lab("drafts", &files);
    let quiet = (0, String::new(), String::new());
    for fail_on in ["warning", "error", "note"] {
        let args = ["--fail-on", fail_on, "."];
        let write = ["--write-expectations", "--force"];
        let ran = check_in(&folder, &[&write[..], &args].concat());
        assert_eq!((ran.status, ran.out, ran.err), quiet, "{fail_on}");
        let ran = check_in(&folder, &args);
        assert_eq!((ran.status, ran.out, ran.err), quiet, "{fail_on}");
    }
    for name in &names {
        let draft = fs::read_to_string(folder.join(format!("{name}.expect.toml"))).unwrap();
        assert!(draft.contains("\ncalls = "), "{name}: {draft}");
        assert!(!draft.contains("call_id"), "{name}: {draft}");
        assert!(!draft.contains(":5060"), "{name}: {draft}");
    }
    // They can say no: of nearly all captures, the draft of another is not met.
    let draft = format!("{PROXIED}.expect.toml");
    let ran = check_in(&folder, &["--expect", &draft, "--format", "json", "."]);
    assert_eq!(ran.status, 1);
    let records = crate::run::records(&ran.out);
    let failed = records.iter().filter(|it| it["failed"] == true);
    assert!(failed.count() * 10 > names.len() * 9);
}

#[test]
fn a_draft_knows_a_scenario_again_and_no_other() {
    let folder = lab("draft-again", &[("a.pcap", IGNORED), ("b.pcap", PROXIED)]);
    let write = ["--write-expectations", "a.pcap"];
    let ran = check_in(&folder, &write);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    let draft = fs::read_to_string(folder.join("a.pcap.expect.toml")).unwrap();
    assert!(draft.contains("fires = [\"use-proxy-ignored\"]"), "{draft}");
    assert!(!folder.join("b.pcap.expect.toml").exists());

    recorded_again(&folder.join("a.pcap"));
    let ran = check_in(&folder, &["."]);
    let all = (ran.status, ran.out.as_str(), ran.err.as_str());
    assert_eq!(all, (0, "", ""), "the fault that is expected fails nothing");

    // The fault is gone, and the call is another: both are told.
    fs::copy(capture(PROXIED), folder.join("a.pcap")).unwrap();
    let ran = check_in(&folder, &["."]);
    assert_eq!(ran.status, 1);
    for what in ["fires use-proxy-ignored: ", "ladder: "] {
        assert!(ran.out.replace("\n  ", " ").contains(what), "{}", ran.out);
    }

    let ran = check_in(&folder, &write);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(
        ran.err
            .contains("a.pcap.expect.toml is there already; --force"),
        "{}",
        ran.err
    );
    let kept = fs::read_to_string(folder.join("a.pcap.expect.toml")).unwrap();
    assert_eq!(kept, draft);
    let ran = check_in(&folder, &["--force", "--write-expectations", "a.pcap"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(check_in(&folder, &["."]).status, 0);
}

#[test]
fn nothing_is_drafted_where_it_would_be_wrong() {
    let folder = lab("no-draft", &[("a.pcap", PROXIED)]);
    let whole = fs::read(folder.join("a.pcap")).unwrap();
    fs::write(folder.join("cut.pcap"), &whole[..whole.len() - 10]).unwrap();
    for (args, says) in [
        (
            &["cut.pcap"][..],
            "cut.pcap: not read to its end, so nothing",
        ),
        (&["missing.pcap"], "missing.pcap: not read to its end"),
        (&["--user", "bob", "a.pcap"], "leave the filters out"),
        (&["--merge", "a.pcap"], "--merge has no place"),
        (&["-"], "standard input has no place"),
        (&["--expect", "x.toml", "a.pcap"], "cannot be used with"),
    ] {
        let ran = check_in(&folder, &[&["--write-expectations"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
    }
    let left = fs::read_dir(&folder).unwrap().count();
    assert_eq!(left, 2, "nothing was written");
    assert_eq!(check_in(&folder, &["--force", "a.pcap"]).status, 2);
}

#[test]
fn what_is_not_so_is_told_beside_what_is() {
    // What is stated of the capture, and of its one call; a line that must be in the report, and
    // how many expectations are not met.
    let cases: &[(&str, &str, &str, usize)] = &[
        (PROXIED, "calls = 1", "", 0),
        (PROXIED, "calls = { max = 1 }", "", 0),
        (PROXIED, "calls = 2", "    calls: 2 ≠ calls: 1", 1),
        (PROXIED, "silent = [\"*\"]", "", 0),
        (BUSY, "silent = [\"*\"]", "call-failed] ", 1),
        (
            BUSY,
            "silent = [{ rule = \"*\", at_least = \"warning\" }]",
            "",
            0,
        ),
        (BUSY, "silent = [\"*\"]\nfires = [\"call-failed\"]", "", 0),
        (
            BUSY,
            "fires = [{ rule = \"call-failed\", severity = \"error\" }]",
            "    error[call-failed]: at least 1 ≠ 0 found",
            1,
        ),
        (
            BUSY,
            "fires = [{ rule = \"call-failed\", verdict = \"confirmed\", count = 1 }]",
            "",
            0,
        ),
        (
            PROXIED,
            "[[call]]\nmatch.from = \"carol\"",
            "call 1: INVITE sip:alice@example.test → ",
            1,
        ),
        (
            PROXIED,
            "[[call]]\ncount = 2",
            "    any call: 2 ≠ 1 found",
            1,
        ),
        (
            BUSY,
            "[[call]]\noutcome = \"answered\"",
            "    answered ≠ failed (486 Busy Here)  a.pcap:10",
            1,
        ),
        (
            STUCK,
            "[[call]]\nmatch.to = \"bob\"\noutcome = \"unanswered\"",
            "",
            0,
        ),
        (BUSY, "[[call]]\ncode = \"4xx\"", "", 0),
        (
            BUSY,
            "[[call]]\ncode = \"500-599\"",
            "    5xx      ≠ 486 Busy Here  a.pcap:10",
            1,
        ),
        (
            PROXIED,
            "[[call]]\nladder = [\"INVITE\", \"...\", \"183\", \"200\", \"...\"]",
            "    183      ≠ –",
            1,
        ),
        (
            PROXIED,
            "[[call]]\nladder = [\"INVITE\", \"100\", \"180\", \"200\", \"ACK\"]",
            "    –        ≠ BYE",
            1,
        ),
        (
            PROXIED,
            "hosts.proxy = \"10.77.0.2\"\n[[call]]\n\
             ladder = [\"10.77.0.10 -> proxy INVITE\", \"...\", \"proxy -> * INVITE\", \"...\"]",
            "",
            0,
        ),
        (
            PROXIED,
            "hosts.proxy = \"10.77.0.2\"\n[[call]]\nroute = [\"10.77.0.10\", \"10.77.0.3\", \"...\"]",
            "    10.77.0.3  ≠ proxy",
            1,
        ),
        (
            PROXIED,
            "[[call]]\nroute = [\"10.77.0.10\", \"...\", \"10.77.0.20\"]",
            "",
            0,
        ),
        (PROXIED, "[[call]]\ncodec = \"pcma\"", "", 0),
        (
            PROXIED,
            "[[call]]\ncodec = { audio = \"PCMA/8000\", video = \"none\" }",
            "",
            0,
        ),
        (
            PROXIED,
            "[[call]]\ncodec = \"opus\"",
            "    opus     ≠ PCMA/8000  a.pcap:",
            1,
        ),
        (
            BUSY,
            "[[call]]\ncodec = \"PCMA\"",
            "no answer to an offer is",
            1,
        ),
        (
            PROXIED,
            "[[call]]\ntimings = { srd = { max = \"1s\" }, sdt = { min = \"1s\" }, hops = 2 }",
            "",
            0,
        ),
        (
            PROXIED,
            "[[call]]\ntimings = { srd = { max = \"0s\" }, hops = { min = 3 } }",
            "    srd: at most 0 ms ≠ ",
            2,
        ),
        (
            PROXIED,
            "[[call]]\ntimings.rrd.max = \"1s\"",
            "    rrd: at most 1 s ≠ not measured",
            1,
        ),
        (
            PROXIED,
            "[[call]]\nfires = [\"call-failed\"]",
            ": at least 1 ≠ 0 found",
            1,
        ),
    ];
    for (file, stated, line, unmet) in cases {
        let folder = lab("stated", &[("a.pcap", file)]);
        let text = format!("version = 1\n{stated}\n");
        fs::write(folder.join("a.pcap.expect.toml"), text).unwrap();
        // Whatever findings do: what is stated is not weighed.
        let ran = check_in(
            &folder,
            &[
                "--fail-on",
                "error",
                "--allow",
                "no-response,stuck-on-trying",
                ".",
            ],
        );
        assert_eq!(ran.status, i32::from(*unmet > 0), "{stated}: {}", ran.out);
        let told = ran.out.matches("error[expectation]: ").count();
        assert_eq!(told, *unmet, "{stated}: {}", ran.out);
        let is_there = |it: &str| it.contains(line);
        assert!(
            line.is_empty() || ran.out.lines().any(is_there),
            "{stated}: {}",
            ran.out
        );
        let never = check_in(&folder, &["--fail-on", "never", "."]);
        assert_eq!(never.status, ran.status, "{stated}");
    }
}

#[test]
fn a_call_is_judged_by_what_its_caller_got_in_the_end() {
    // The outcome, and more that is so; each of a call between stacks that are not ours.
    for (file, outcome, stated) in [
        ("cancelled-by-caller.pcap", "cancelled", "code = 487"),
        ("cancelled-through-proxy.pcap", "cancelled", "code = 487"),
        // One branch answers, the other is cancelled after it.
        ("forked-one-answers.pcap", "answered", "code = 200"),
        // The redirection was followed, and is not what came of it.
        ("redirect-followed.pcap", "answered", "code = 200"),
        ("redirect-abandoned.pcap", "redirected", "code = \"3xx\""),
        ("challenge-unanswered.pcap", "challenged", ""),
        (STUCK, "unanswered", "ladder = [\"INVITE\", \"100\"]"),
        (
            "call-two-proxies.pcapng",
            "answered",
            "route = [\"10.77.0.10\", \"10.77.0.2\", \"10.77.0.3\", \"10.77.0.20\"]",
        ),
        (
            "call-ipv6.pcap",
            "answered",
            "route = [\"fd77:0::10\", \"fd77::20\"]",
        ),
        // Sent seven times, and one message.
        (
            "no-response-black-hole.pcap",
            "unanswered",
            "ladder = [\"INVITE\"]",
        ),
        (
            "mirrored-every-packet-twice.pcap",
            "answered",
            "ladder = [\"INVITE\", \"...\", \"ACK\", \"BYE\", \"200\"]",
        ),
    ] {
        let folder = lab("outcomes", &[("a.pcap", file)]);
        let mut told = Vec::new();
        for asked in OUTCOMES {
            let stated = format!(
                "version = 1\n[[call]]\nmatch = {{ from = \"alice\", nth = 1 }}\n\
                 outcome = \"{asked}\"\n{stated}\n"
            );
            fs::write(folder.join("stated.toml"), stated).unwrap();
            let args = ["--fail-on", "never", "--expect", "stated.toml", "a.pcap"];
            let ran = check_in(&folder, &args);
            match ran.status {
                0 => told.push(asked),
                _ => assert!(asked != outcome, "{file}: {}{}", ran.out, ran.err),
            }
        }
        assert_eq!(told, [outcome], "{file}");
    }
}

#[test]
fn what_is_expected_is_known_and_what_is_not_fails() {
    let folder = lab("known-fault", &[("a.pcap", IGNORED), ("b.pcap", IGNORED)]);
    let stated = "version = 1\nfires = [\"use-proxy-ignored\"]\n";
    fs::write(folder.join("a.pcap.expect.toml"), stated).unwrap();
    let ran = check_in(&folder, &["."]);
    assert_eq!(ran.status, 1);
    assert!(!ran.out.contains("a.pcap:"), "{}", ran.out);
    assert!(ran.out.contains("b.pcap:4"), "{}", ran.out);
    assert!(ran.out.contains(", 1 known."), "{}", ran.out);

    // A baseline takes in only what no file asks for.
    let with = |more: &[&str]| check_in(&folder, &[&["--baseline", "known.toml"], more].concat());
    assert_eq!(with(&["--update-baseline", "."]).status, 0);
    let known = fs::read_to_string(folder.join("known.toml")).unwrap();
    assert!(
        known.contains("\"b.pcap\"") && !known.contains("\"a.pcap\""),
        "{known}"
    );
    let ran = with(&["a.pcap", "b.pcap"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);

    // A rule that is switched off does not fire, and a filter hides nothing from expectations.
    let ran = check_in(&folder, &["--user", "nobody", "a.pcap"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    let ran = check_in(&folder, &["--allow", "use-proxy-ignored", "a.pcap"]);
    assert_eq!(ran.status, 1, "{}", ran.out);
}

#[test]
fn files_are_for_the_captures_that_they_are_beside_or_name() {
    let folder = lab(
        "places",
        &[
            ("a.pcap", PROXIED),
            ("sub/b.pcap", BUSY),
            ("sub/deep/c.pcap", BUSY),
        ],
    );
    let state = |file: &str, text: &str| {
        fs::write(folder.join(file), format!("version = 1\n{text}")).unwrap();
    };
    let failing = |args: &[&str]| -> Vec<String> {
        let ran = check_in(&folder, &[&["--format", "json"], args].concat());
        let records = crate::run::records(&ran.out);
        let failed = records.iter().filter(|it| it["failed"] == true);
        let names = failed.map(|it| it["capture"].as_str().unwrap().to_owned());
        let names: Vec<String> = names.collect();
        assert_eq!(ran.status, i32::from(!names.is_empty()), "{}", ran.err);
        assert_eq!(ran.err, "");
        names
    };
    // Of a directory: those below it, whichever of them is checked, by whichever name.
    state("sub/sipwhy-expect.toml", "calls = 2");
    assert_eq!(failing(&["."]), ["sub/b.pcap", "sub/deep/c.pcap"]);
    assert_eq!(failing(&["sub"]), ["sub/b.pcap", "sub/deep/c.pcap"]);
    assert_eq!(failing(&["./sub/b.pcap"]), ["sub/b.pcap"]);
    // Above what was named, nothing is looked for.
    assert_eq!(failing(&["sub/deep"]), [] as [&str; 0]);
    for (pattern, names) in [
        ("b.pcap", &["sub/b.pcap"][..]),
        ("*.pcap", &["sub/b.pcap"]),
        ("**.pcap", &["sub/b.pcap", "sub/deep/c.pcap"]),
        ("deep/?.pcap", &["sub/deep/c.pcap"]),
        ("sub/b.pcap", &["sub/b.pcap"]),
        // It is there, under this name: from the working directory.
        ("a.pcap", &[]),
    ] {
        state(
            "sub/sipwhy-expect.toml",
            &format!("[[capture]]\nfile = \"{pattern}\"\ncalls = 2"),
        );
        assert_eq!(failing(&["."]), names, "{pattern}");
    }
    fs::remove_file(folder.join("sub/sipwhy-expect.toml")).unwrap();
    // One beside a capture is for that alone; one that is named takes the place of all others.
    state("a.pcap.expect.toml", "calls = 2");
    assert_eq!(failing(&["."]), ["a.pcap"]);
    state("other.toml", "calls = 1");
    assert_eq!(
        failing(&["--expect", "other.toml", "a.pcap"]),
        [] as [&str; 0]
    );
    assert_eq!(failing(&["--expect", "", "a.pcap"]), [] as [&str; 0]);
    fs::remove_file(folder.join("other.toml")).unwrap();
    let all = ["--expect", "a.pcap.expect.toml", "."];
    assert_eq!(failing(&all), ["a.pcap", "sub/b.pcap", "sub/deep/c.pcap"]);
    // Captures that are one are asked about as one.
    let merged = [
        "--merge",
        "--expect",
        "a.pcap.expect.toml",
        "a.pcap",
        "sub/b.pcap",
    ];
    assert_eq!(failing(&merged), [] as [&str; 0]);
}

#[test]
fn a_capture_that_is_named_and_gone_fails() {
    let folder = lab("gone", &[("a.pcap", PROXIED), ("sub/b.pcap", BUSY)]);
    let stated = "version = 1\n[[capture]]\nfile = \"b.pcap\"\n\n[[capture]]\nfile = \"x*\"\n";
    fs::write(folder.join("sipwhy-expect.toml"), stated).unwrap();
    fs::write(folder.join("sub/c.pcap.expect.toml"), "version = 1\n").unwrap();
    let ran = check_in(&folder, &["."]);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""), "{}", ran.out);
    for part in [
        "═══ b.pcap ═══\nerror[expectation]: is there: there is no such capture, but 2 others\n  \
         --> sipwhy-expect.toml:2\n",
        "═══ x* ═══",
        "  --> sipwhy-expect.toml:5\n",
        "    b.pcap   ≠ no such capture\n               a.pcap\n               sub/b.pcap\n",
        "═══ sub/c.pcap ═══",
        "  --> sub/c.pcap.expect.toml:1\n",
        "3 expectations not met in 3 of 5 captures",
    ] {
        assert!(ran.out.contains(part), "{part} in {}", ran.out);
    }
    // What is there and not checked this time is not gone.
    let ran = check_in(&folder, &["sub/b.pcap"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    fs::copy(capture(BUSY), folder.join("xy.pcap")).unwrap();
    fs::copy(capture(BUSY), folder.join("b.pcap")).unwrap();
    let ran = check_in(&folder, &["a.pcap"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
}

#[test]
fn a_file_that_cannot_be_read_is_told_before_anything_is() {
    let folder = lab("faulty-stated", &[("a.pcap", PROXIED)]);
    let beside = folder.join("a.pcap.expect.toml");
    for (text, says) in [
        (
            "version = 1\n\n[[call]]\nladdr = []\n",
            "a.pcap.expect.toml: line 4: no expectation of a call is called `laddr`; did you mean \
             `ladder`?",
        ),
        ("calls = 1", "line 1: `version = 1` is missing"),
        (
            "version = 1\n[[capture]]\nfile = \"b.pcap\"",
            "is for one capture, so no [[capture]] can name others",
        ),
    ] {
        fs::write(&beside, text).unwrap();
        let ran = check_in(&folder, &["--format", "junit=x.xml", "."]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{text}");
        assert!(ran.err.contains(says), "{}", ran.err);
        assert!(!folder.join("x.xml").exists());
    }
    let ran = check_in(&folder, &["--expect", "none.toml", "a.pcap"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err
            .contains("none.toml: cannot be read as expectations"),
        "{}",
        ran.err
    );
    let merged = ["--merge", "--expect", "a.pcap.expect.toml", "a.pcap"];
    let ran = check_in(&folder, &merged);
    assert!(
        ran.err.contains("no [[capture]] can name one"),
        "{}",
        ran.err
    );
}

#[test]
fn the_examples_of_the_page_hold_of_what_they_are_about() {
    let examples = examples();
    assert_eq!(examples.len(), 3);
    let folder = lab(
        "page",
        &[
            ("proxied.pcap", PROXIED),
            ("busy.pcap", BUSY),
            ("stuck-1.pcap", STUCK),
        ],
    );
    fs::write(folder.join("proxied.pcap.expect.toml"), &examples[0]).unwrap();
    fs::write(folder.join("sipwhy-expect.toml"), &examples[1]).unwrap();
    let ran = check_in(&folder, &["--allow", "no-response", "."]);
    let all = (ran.status, ran.out.as_str(), ran.err.as_str());
    assert_eq!(all, (0, "", ""));
    fs::write(folder.join("rules.toml"), &examples[2]).unwrap();
    let ran = check_in(&folder, &["--expect", "rules.toml", "busy.pcap"]);
    assert_eq!(ran.status, 1, "it is read: {}", ran.err);

    // What the page shows of a failure is what is told.
    fs::copy(capture(BUSY), folder.join("proxied.pcap")).unwrap();
    let ran = check_in(folder.parent().unwrap(), &["page/proxied.pcap"]);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/expectations.md");
    let page = fs::read_to_string(page).unwrap();
    let shown = page.split("```text\n").nth(1).unwrap();
    let shown = shown.split("```").next().unwrap();
    let told = ran
        .out
        .replace("page/proxied.pcap.expect", "lab/proxied.pcap.expect");
    assert!(told.contains(shown), "{shown} in {told}");
}
