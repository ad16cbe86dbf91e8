//! The bar that shows how far captures were read: on a terminal, and nowhere else.

use std::fs;
use std::process::{Command, Stdio};

use crate::run::{capture, program, run, scratch};

/// Shown from the beginning on, however fast the capture is read.
const AT_ONCE: [&str; 2] = ["--progress-after", "0s"];

/// What a run did to a terminal.
struct Terminal {
    /// What stands on it in the end.
    screen: String,
    /// Whether a bar stood on it at any time.
    had_bar: bool,
}

/// Runs the program on a terminal of its own, 100 columns wide, made by script(1). `more` is shell
/// text behind the arguments.
fn on_terminal(args: &[&str], variables: &[(&str, &str)], more: &str) -> Terminal {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let program = program();
    let words = [&[program.get_program().to_str().unwrap()], args].concat();
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    let line = format!("stty cols 100 rows 24; exec {} {more}", words.join(" "));
    let mut command = Command::new("script");
    command
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .stdin(Stdio::null())
        .env("TERM", "xterm")
        .env("SIPWHY_CONFIG", "")
        .env_remove("CI")
        .env_remove("SIPWHY_LOG")
        .env_remove("COLUMNS")
        .envs(variables.iter().copied());
    let output = command
        .output()
        .expect("script(1), of util-linux, is there");
    shown(&String::from_utf8(output.stdout).unwrap())
}

/// Follows what a terminal does with these bytes, as far as a bar needs it.
fn shown(bytes: &str) -> Terminal {
    let mut lines = vec![String::new()];
    let mut had_bar = false;
    let mut rest = bytes;
    while let Some(letter) = rest.chars().next() {
        let line = lines.last_mut().unwrap();
        if let Some(after) = rest.strip_prefix("\r\n") {
            rest = after;
            lines.push(String::new());
            continue;
        } else if let Some(after) = rest.strip_prefix("\r\u{1b}[2K") {
            rest = after;
            line.clear();
            continue;
        }
        assert!(!letter.is_control(), "{letter:?} in {bytes:?}");
        line.push(letter);
        had_bar |= line.contains(" B/s  ") && line.contains(" left");
        rest = &rest[letter.len_utf8()..];
    }
    Terminal {
        screen: lines.join("\n"),
        had_bar,
    }
}

/// The verbs that show it, each with a capture.
fn runs() -> Vec<Vec<String>> {
    let good = capture("call-proxied.pcap");
    let bad = capture("use-proxy-ignored-old-destination.pcap");
    let runs: [&[&str]; 4] = [
        &["read", "--color", "never", &bad],
        &["read", "--color", "never", &bad, &good],
        &["check", "--color", "never", &bad, &good],
        &["diff", "--color", "never", &good, &bad],
    ];
    let with = |args: &&[&str]| {
        [*args, &AT_ONCE]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    runs.iter().map(with).collect()
}

fn words(run: &[String]) -> Vec<&str> {
    run.iter().map(String::as_str).collect()
}

#[test]
fn it_is_shown_on_a_terminal_and_gone_before_the_report() {
    for args in runs() {
        let args = words(&args);
        let plain = program()
            .args(&args)
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        let plain = String::from_utf8(plain.stdout).unwrap();
        assert!(!plain.is_empty());
        let terminal = on_terminal(&args, &[], "");
        assert!(terminal.had_bar, "{args:?}: {}", terminal.screen);
        assert_eq!(terminal.screen, plain, "{args:?}");
    }
}

#[test]
fn it_is_shown_beside_a_report_that_goes_elsewhere_and_leaves_nothing() {
    for args in runs() {
        let args = words(&args);
        let file = scratch("progress-report.txt");
        let terminal = on_terminal(&args, &[], &format!("> '{}'", file.display()));
        assert!(terminal.had_bar, "{args:?}");
        assert_eq!(terminal.screen, "", "{args:?}");
        let plain = program().args(&args).output().unwrap().stdout;
        assert_eq!(fs::read(&file).unwrap(), plain, "{args:?}");
    }
}

#[test]
fn there_is_none_where_nobody_waits_for_it() {
    let file = capture("call-proxied.pcap");
    let read = [&["read", "--color", "never"], &AT_ONCE[..]].concat();
    let of_file = [&read[..], &[&file]].concat();
    let quiet = [&of_file[..], &["--quiet"]].concat();
    let piped = format!("< '{file}'");
    let from_pipe = [&read[..], &["-"]].concat();
    let shown_elsewhere = on_terminal(&of_file, &[], "");
    assert!(shown_elsewhere.had_bar, "else the rest proves nothing");
    for (args, variables, more) in [
        (&quiet, &[][..], ""),
        (&of_file, &[("CI", "true")], ""),
        (&of_file, &[("TERM", "dumb")], ""),
        (&from_pipe, &[], piped.as_str()),
    ] {
        let terminal = on_terminal(args, variables, more);
        assert!(!terminal.had_bar, "{args:?} {variables:?}");
        assert!(
            terminal.screen.starts_with("Nothing wrong in"),
            "{}",
            terminal.screen
        );
    }
    for args in runs() {
        // Neither of the two is a terminal.
        assert_eq!(run(&words(&args)).err, "", "{args:?}");
    }
}

#[test]
fn what_is_read_in_a_moment_shows_none() {
    let file = capture("call-proxied.pcap");
    let args = ["read", "--color", "never", "--progress-after", "1h", &file];
    assert!(!on_terminal(&args, &[], "").had_bar);
}
