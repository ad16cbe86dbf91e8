//! `sipwhy check`: what fails, with which status, and what is known already.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Ran, capture, program, records, run, scratch};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";
const HEALTHY: &str = "call-direct.pcap";
const NOTED: &str = "late-first-response.pcap";

/// A directory of its own with copies of captures under other names.
pub(crate) fn lab(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = scratch(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, from) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(capture(from), path).unwrap();
    }
    folder
}

pub(crate) fn check_in(folder: &Path, args: &[&str]) -> Ran {
    let mut command = program();
    command.current_dir(folder).arg("check").args(args);
    command.output().unwrap().into()
}

/// How grave something in the table is; `Nothing` is below all severities.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Found {
    Nothing,
    Note,
    Warning,
    Error,
}

#[test]
fn the_exit_status_is_right_in_every_combination() {
    use Found::{Error, Note, Nothing, Warning};
    let folder = lab(
        "status",
        &[
            ("healthy.pcap", HEALTHY),
            ("noted.pcap", NOTED),
            ("ignored.pcap", IGNORED),
        ],
    );
    let whole = fs::read(capture(HEALTHY)).unwrap();
    fs::write(folder.join("cut.pcap"), &whole[..whole.len() - 10]).unwrap();
    // A capture without frames: its header alone.
    fs::write(folder.join("empty.pcap"), &whole[..24]).unwrap();
    fs::write(folder.join("none.toml"), "version = 1\n").unwrap();
    let warn = ["--warn", "use-proxy-ignored"];
    let cases: [(Found, &str, &[&str]); 4] = [
        (Nothing, "healthy.pcap", &[]),
        (Note, "noted.pcap", &[]),
        (Warning, "ignored.pcap", &warn),
        (Error, "ignored.pcap", &[]),
    ];
    for (found, file, levels) in cases {
        for (fail_on, least) in [
            ("note", Some(Note)),
            ("warning", Some(Warning)),
            ("error", Some(Error)),
            ("never", None),
        ] {
            for baseline in ["", "none.toml", "known.toml"] {
                for other in ["", "cut.pcap", "missing.pcap", "empty.pcap"] {
                    let mut args = vec!["--fail-on", fail_on, file];
                    args.extend(levels);
                    args.extend((!other.is_empty()).then_some(other));
                    if !baseline.is_empty() {
                        args.extend(["--baseline", baseline]);
                    }
                    if baseline == "known.toml" {
                        let mut update = args.clone();
                        update.push("--update-baseline");
                        let status = check_in(&folder, &update).status;
                        let unread = ["cut.pcap", "missing.pcap"].contains(&other);
                        assert_eq!(status, if unread { 2 } else { 0 }, "{update:?}");
                    }
                    let fails = least.is_some_and(|least| found >= least && found > Nothing);
                    let expected = match (other, baseline) {
                        ("cut.pcap" | "missing.pcap", _) => 2,
                        (_, "known.toml") => 0,
                        _ => i32::from(fails),
                    };
                    let ran = check_in(&folder, &args);
                    assert_eq!(ran.status, expected, "{args:?}: {}{}", ran.out, ran.err);
                    // What is not read to its end does not hide what was found.
                    let is_told = fails && baseline != "known.toml";
                    if fail_on != "never" {
                        assert_eq!(!ran.out.is_empty(), is_told, "{args:?}: {}", ran.out);
                    }
                    let says_empty = ran.err.contains("no SIP messages found in empty.pcap");
                    assert_eq!(says_empty, other == "empty.pcap", "{args:?}: {}", ran.err);
                }
            }
        }
    }
}

#[test]
fn each_capture_is_checked_by_itself_in_the_order_of_names() {
    let folder = lab(
        "apart",
        &[
            ("b/2.pcap", IGNORED),
            ("a.pcap", HEALTHY),
            ("b/1.pcap", NOTED),
            ("c.pcap", IGNORED),
        ],
    );
    let args = ["--format", "json", "c.pcap", ".", "./b/1.pcap"];
    let one_by_one = check_in(&folder, &[&["--jobs", "1"], &args[..]].concat());
    let together = check_in(&folder, &[&["--jobs", "8"], &args[..]].concat());
    assert_eq!(
        one_by_one.out, together.out,
        "the same bytes, whoever was first"
    );
    let records = records(&together.out);
    let checks: Vec<_> = records.iter().filter(|it| it["kind"] == "check").collect();
    let names: Vec<_> = checks
        .iter()
        .map(|it| it["capture"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a.pcap", "b/1.pcap", "b/2.pcap", "c.pcap"]);
    let failed: Vec<_> = checks
        .iter()
        .map(|it| it["failed"].as_bool().unwrap())
        .collect();
    assert_eq!(failed, [false, false, true, true]);
    assert_eq!(checks[2]["findings"][0]["rule"], "use-proxy-ignored");
    assert_ne!(
        checks[2]["findings"][0]["key"],
        checks[3]["findings"][0]["key"]
    );
    let calls: Vec<_> = checks
        .iter()
        .map(|it| it["calls"].as_u64().unwrap())
        .collect();
    assert_eq!(
        calls,
        [1, 1, 1, 1],
        "no call of one is taken for one of another"
    );

    let merged = check_in(
        &folder,
        &["--merge", "--format", "json", "c.pcap", "b/2.pcap"],
    );
    let records = crate::run::records(&merged.out);
    let check = records.last().unwrap();
    assert_eq!(check["capture"], "c.pcap, b/2.pcap");
    assert_eq!(check["calls"], 1, "the same call, captured twice");
}

#[test]
fn text_names_captures_and_ends_in_a_line_of_totals() {
    let folder = lab(
        "told",
        &[("a.pcap", HEALTHY), ("b.pcap", IGNORED), ("c.pcap", NOTED)],
    );
    let ran = check_in(&folder, &["."]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.starts_with("═══ b.pcap ═══\nCall 1: "),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\nerror[use-proxy-ignored]: "),
        "{}",
        ran.out
    );
    let last = ran.out.lines().next_back().unwrap();
    assert_eq!(
        last,
        "1 error in 1 of 3 captures (22 SIP messages, 3 calls)."
    );
    assert!(!ran.out.contains("note["), "below the level: {}", ran.out);
}

#[test]
fn levels_are_set_and_the_last_word_counts() {
    let file = capture(IGNORED);
    for (levels, status) in [
        (&["--allow", "use-proxy-ignored"][..], 0),
        (&["--warn", "use-proxy-ignored"], 0),
        (&["--warn", "use-proxy-ignored", "--fail-on", "warning"], 1),
        (
            &[
                "--allow",
                "use-proxy-ignored",
                "--deny",
                "use-proxy-ignored",
            ],
            1,
        ),
        (
            &[
                "--deny",
                "use-proxy-ignored",
                "--allow",
                "call-failed,use-proxy-ignored",
            ],
            0,
        ),
        (
            &["--deny", "use-proxy-ignored", "--warn", "use-proxy-ignored"],
            0,
        ),
    ] {
        let ran = run(&[&["check", &file], levels].concat());
        assert_eq!(ran.status, status, "{levels:?}");
    }
    let noted = capture(NOTED);
    assert_eq!(
        run(&["check", "--deny", "late-first-response", &noted]).status,
        1
    );
    let ran = run(&["check", "--deny", "use-proxy-ignord", &file]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    let says = "--deny: no rule is called `use-proxy-ignord`; did you mean `use-proxy-ignored`?";
    assert!(ran.err.contains(says), "{}", ran.err);
}

/// Moves every time in a classic pcap file on by a day, and replaces Call-IDs and branches, as if
/// the scenario had been recorded again.
pub(crate) fn recorded_again(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let mut at = 24;
    while at + 16 <= bytes.len() {
        let field = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let (seconds, length) = (field(at), field(at + 8) as usize);
        bytes[at..at + 4].copy_from_slice(&(seconds + 86_400).to_le_bytes());
        let frame = &mut bytes[at + 16..at + 16 + length];
        for (old, new) in [
            (&b"redirected@"[..], &b"9876543210@"[..]),
            (b"z9hG4bK", b"z9hG4bL"),
        ] {
            let places: Vec<usize> = (0..frame.len().saturating_sub(old.len()))
                .filter(|place| frame[*place..].starts_with(old))
                .collect();
            // The magic cookie stays; what follows it changes.
            let (from, new) = if old == b"z9hG4bK" {
                (7, &b"X"[..])
            } else {
                (0, new)
            };
            for place in places {
                frame[place + from..place + from + new.len()].copy_from_slice(new);
            }
        }
        at += 16 + length;
    }
    fs::write(file, bytes).unwrap();
}

#[test]
fn a_baseline_knows_a_scenario_again_and_fails_on_what_is_new() {
    let parent = lab("known", &[("lab/a.pcap", IGNORED), ("lab/b.pcap", HEALTHY)]);
    let folder = parent.join("lab");
    let with =
        |more: &[&str]| check_in(&folder, &[&["--baseline", "../known.toml"], more].concat());

    let ran = with(&["."]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err
            .contains("known.toml: no such baseline; --update-baseline"),
        "{}",
        ran.err
    );

    let ran = with(&["--update-baseline", "."]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    let text = fs::read_to_string(parent.join("known.toml")).unwrap();
    let entry = "[[finding]]\ncapture = \"a.pcap\"\nrule = \"use-proxy-ignored\"\n\
                 from = \"sip:alice@example.test\"\nto = \"sip:bob@example.test\"\n";
    assert!(text.ends_with(entry), "{text}");
    let left: Vec<_> = fs::read_dir(&parent)
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "nothing beside it is left: {left:?}");

    recorded_again(&folder.join("a.pcap"));
    let ran = with(&["."]);
    assert_eq!(
        (ran.status, ran.out.as_str(), ran.err.as_str()),
        (0, "", "")
    );

    fs::copy(capture(IGNORED), folder.join("c.pcap")).unwrap();
    let ran = with(&["."]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("c.pcap:4"), "{}", ran.out);
    assert!(!ran.out.contains("a.pcap:"), "known: {}", ran.out);
    assert!(ran.out.contains(", 1 known."), "{}", ran.out);

    fs::copy(capture(HEALTHY), folder.join("a.pcap")).unwrap();
    let gone = "a.pcap: gone, though the baseline has it: use-proxy-ignored, \
                sip:alice@example.test → sip:bob@example.test";
    let ran = with(&["a.pcap", "b.pcap"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains(gone), "{}", ran.err);
    let ran = with(&["b.pcap"]);
    assert_eq!(ran.err, "", "nothing is said of what was not checked");
    let ran = with(&["--user", "nobody", "a.pcap"]);
    assert_eq!(ran.err, "", "a filter hides, and what it hides is not gone");
    fs::remove_file(folder.join("a.pcap")).unwrap();
    let ran = with(&["b.pcap"]);
    assert!(
        ran.err
            .contains("a.pcap: gone, though the baseline has findings"),
        "{}",
        ran.err
    );

    let ran = with(&["--update-baseline", "."]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let text = fs::read_to_string(parent.join("known.toml")).unwrap();
    assert!(
        text.contains("\"c.pcap\"") && !text.contains("\"a.pcap\""),
        "{text}"
    );
    let again = with(&["--update-baseline", "b.pcap"]);
    assert_eq!(again.status, 0);
    let kept = fs::read_to_string(parent.join("known.toml")).unwrap();
    assert_eq!(kept, text, "what was not checked and is there stays known");
}

#[test]
fn a_baseline_that_cannot_be_read_names_its_line() {
    let folder = lab("faulty-baseline", &[("a.pcap", IGNORED)]);
    fs::write(
        folder.join("known.toml"),
        "version = 1\n\n[[finding]]\nrulle = 1\n",
    )
    .unwrap();
    let ran = check_in(&folder, &["--baseline", "known.toml", "a.pcap"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(
        ran.err
            .contains("known.toml: line 4: unknown field `rulle`"),
        "{}",
        ran.err
    );
    let ran = check_in(&folder, &["--update-baseline", "a.pcap"]);
    assert_eq!(ran.status, 2, "nowhere to write to");
    let filtered = [
        "--baseline",
        "x.toml",
        "--update-baseline",
        "--user",
        "bob",
        "a.pcap",
    ];
    let ran = check_in(&folder, &filtered);
    assert!(ran.err.contains("leave the filters out"), "{}", ran.err);
    assert!(!folder.join("x.toml").exists());
}

#[test]
fn formats_that_cannot_be_written_together_are_refused() {
    let folder = lab("refused", &[("a.pcap", IGNORED)]);
    for (args, says) in [
        (
            &["--format", "junit", "--format", "sarif"][..],
            "only one format can go to standard",
        ),
        (
            &["--format", "junit=x", "--format", "tap=x"],
            "two formats would go to x",
        ),
        (
            &["--format", "junit=a.pcap"],
            "a.pcap is a capture to be checked",
        ),
        (&["--format", "juint"], "did you mean `junit`?"),
        (&["--format", "junit="], "needs the name of a file"),
        (
            &["--format", "junit=no/such/x"],
            "no/such/x: cannot be written",
        ),
        (&["--format", "json=x", "--format", "json=y"], "only once"),
    ] {
        let ran = check_in(&folder, &[args, &["a.pcap"]].concat());
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
    }
    let whole = fs::read(folder.join("a.pcap")).unwrap();
    assert_eq!(
        whole,
        fs::read(capture(IGNORED)).unwrap(),
        "no capture was overwritten"
    );
}
