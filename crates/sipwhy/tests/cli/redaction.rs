//! Reports and captures with stand-ins.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use sipwhy_capture::file::Reader;

use crate::run::{Ran, capture, program, records, run, scratch};

const IGNORED: &str = "use-proxy-ignored-old-destination.pcap";

/// What the recorded captures hold of people and hosts.
const NAMES: [&str; 8] = [
    "alice",
    "bob",
    "carol",
    "10.77.",
    "10.78.",
    "203.0.113.10",
    "example.test",
    "redirected@",
];

/// A file with a key, written once for all tests.
fn key() -> &'static str {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| {
        let path = scratch("redaction.key");
        fs::write(&path, "a secret of more than sixteen bytes").unwrap();
        path.to_str().unwrap().to_owned()
    })
}

/// A run with stand-ins that are the same each time.
fn redacted(args: &[&str]) -> Ran {
    let ran = run(&[args, &["--redact", "--redact-key", key()]].concat());
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{args:?}");
    ran
}

fn assert_nameless(what: &str, text: &str) {
    // Where the captures lie is not of them.
    let folder = Path::new(&capture(IGNORED)).parent().unwrap().to_owned();
    let text = text.replace(folder.to_str().unwrap(), "");
    for name in NAMES {
        assert!(!text.contains(name), "{name} in {what}:\n{text}");
    }
}

/// What is found, without words: rules, severities and frames.
fn found(out: &str) -> Vec<String> {
    let annotations = records(out).into_iter();
    let annotations = annotations.filter(|it| it["kind"] == "annotation");
    annotations
        .map(|it| {
            let frames: Vec<&Value> = it["evidence"].as_array().unwrap().iter().collect();
            let frames: Vec<&Value> = frames.iter().map(|it| &it["frame"]).collect();
            format!("{} {} {frames:?}", it["rule"], it["severity"])
        })
        .collect()
}

#[test]
fn no_form_of_the_report_names_anybody_and_all_find_the_same() {
    for name in [
        IGNORED,
        "stuck-then-rang-at-41s.pcap",
        "credentials-rejected.pcap",
        "caller-identity.pcap",
        "call-tcp-proxied.pcap",
        "use-proxy-obeyed-by-srv.pcap",
        "transport-failed-icmp.pcap",
    ] {
        let file = capture(name);
        for format in ["text", "log", "json", "flow", "mermaid", "svg"] {
            let with: &[&str] = match format {
                "json" => &["--with", "messages,calls"],
                _ => &[],
            };
            let args = [&["read", "--timings", "--format", format], with, &[&file]].concat();
            let ran = redacted(&args);
            assert_nameless(&format!("{name} as {format}"), &ran.out);
            let plain = run(&args);
            assert_eq!(
                ran.out.lines().count(),
                plain.out.lines().count(),
                "{name} {format}"
            );
            if format == "json" {
                assert_eq!(found(&ran.out), found(&plain.out), "{name}");
            }
        }
    }
}

#[test]
fn a_capture_that_is_shared_leads_to_the_same_findings() {
    for name in [
        IGNORED,
        "fragments-missing.pcap",
        "call-two-proxies.pcapng",
        "encapsulated/gre-key-checksum.pcap",
        "encapsulated/tcp-split.pcap",
        "call-baresip-with-media.pcap",
    ] {
        let (file, shared) = (capture(name), scratch("shared.pcapng"));
        let place = shared.to_str().unwrap();
        redacted(&["read", "--write-pcapng", place, &file]);
        let bytes = fs::read(&shared).unwrap();
        assert_nameless(name, &String::from_utf8_lossy(&bytes));
        assert!(
            !String::from_utf8_lossy(&bytes).contains(name),
            "its name is in it"
        );
        let json = |path: &str| found(&run(&["read", "--format", "json", path]).out);
        assert_eq!(json(place), json(&file), "{name}");
        if Command::new("tshark").arg("--version").output().is_err() {
            eprintln!("skipped: tshark is not installed");
            continue;
        }
        assert_eq!(complaints(place), complaints(&file), "{name}");
    }
}

/// The frames in which tshark finds a wrong checksum or something malformed.
fn complaints(path: &str) -> String {
    let filter = "ip.checksum.status == 0 || udp.checksum.status == 0 || \
                  tcp.checksum.status == 0 || gre.checksum.status == 0 || \
                  icmp.checksum.status == 0 || sip && _ws.malformed";
    let mut tshark = Command::new("tshark");
    for protocol in ["ip", "udp", "tcp"] {
        tshark.args(["-o", &format!("{protocol}.check_checksum:TRUE")]);
    }
    let fields = ["-T", "fields", "-e", "frame.number"];
    let output = tshark
        .args(["-r", path, "-Y", filter])
        .args(fields)
        .output();
    let output = output.unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn stand_ins_are_the_same_with_a_key_and_others_without() {
    let file = capture(IGNORED);
    let one = redacted(&["read", "--format", "log", &file]).out;
    let other = redacted(&["read", "--format", "log", &file]).out;
    assert_eq!(one, other);
    let random = run(&["read", "--format", "log", "--redact", &file]).out;
    let again = run(&["read", "--format", "log", "--redact", &file]).out;
    assert_ne!(random, again);
    assert_ne!(random, one);
    // A capture from standard input is read as it comes.
    let file = fs::File::open(&file).unwrap();
    let output = program()
        .args([
            "read",
            "--format",
            "log",
            "--redact",
            "--redact-key",
            key(),
            "-",
        ])
        .stdin(Stdio::from(file))
        .output()
        .unwrap();
    assert_eq!(Ran::from(output).out, one.replace(IGNORED, "-"));
}

#[test]
fn filters_take_what_is_not_told() {
    let file = capture("legs-two-callers.pcap");
    let frames = |ran: &Ran| -> BTreeSet<u64> {
        let messages = records(&ran.out).into_iter();
        let messages = messages.filter(|it| it["kind"] == "message");
        messages.map(|it| it["frame"].as_u64().unwrap()).collect()
    };
    let all = run(&["read", "--format", "json", "--with", "messages", &file]);
    let message = &records(&all.out)[0];
    let call_id = message["call_id"].as_str().unwrap();
    let source = message["source"].as_str().unwrap().split(':').next();
    let source = source.unwrap();
    let network = format!(
        "{}/24",
        source.rsplit_once('.').unwrap().0.to_owned() + ".0"
    );
    for filter in [
        ["--call-id", call_id],
        ["--user", "alice"],
        ["--address", source],
        ["--address", &network],
        ["--method", "BYE"],
    ] {
        let args = ["read", "--format", "json", "--with", "messages", &file];
        let args = [&args[..], &filter].concat();
        let plain = frames(&run(&args));
        assert!(!plain.is_empty(), "{filter:?}");
        assert_eq!(frames(&redacted(&args)), plain, "{filter:?}");
    }
    let ran = run(&["read", "--redact", "--address", "10.0.0.0/12", &file]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("a multiple of 8"), "{}", ran.err);
}

#[test]
fn what_tls_carries_is_blank_and_its_secrets_are_left_out() {
    let inside = capture("encapsulated/tls-1.3-secrets-in-file.pcapng");
    let shared = scratch("shared-tls.pcapng");
    let place = shared.to_str().unwrap();
    let ran = run(&["read", "--redact", "--write-pcapng", place, &inside]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.err.contains("--redact blanked 2 directions of TLS"),
        "{}",
        ran.err
    );
    let text = String::from_utf8_lossy(&fs::read(&shared).unwrap()).into_owned();
    assert!(!text.contains("TRAFFIC_SECRET"));
    assert_nameless("the capture", &text);
    // Nothing but zeros behind the headers of records.
    let mut reader = Reader::open(&shared, 0).unwrap();
    while let Some(frame) = reader.next_frame().unwrap() {
        let payload = frame.data.get(74..).unwrap_or_default();
        let distinct: BTreeSet<&u8> = payload.iter().collect();
        assert!(distinct.len() < 24, "{payload:?}");
    }
    let keys = capture("encapsulated/tls-1.3.keylog");
    let ran = run(&["read", "--redact", "--keylog", &keys, &inside]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
}

#[test]
fn check_reports_with_stand_ins() {
    let file = capture(IGNORED);
    for format in [
        "text", "json", "junit", "sarif", "github", "markdown", "gitlab", "tap",
    ] {
        let args = ["check", "--fail-on", "never", "--format", format, &file];
        let mut out = redacted(&args).out;
        if format == "sarif" {
            // The pages of the rules tell of alice and bob, too.
            let sarif: Value = serde_json::from_str(&out).unwrap();
            out = sarif["runs"][0]["results"].to_string();
        }
        assert_nameless(format, &out);
    }
    let ran = run(&["check", "--redact", &file]);
    assert_eq!(ran.status, 1, "what fails, fails");
    let known = scratch("redacted-known.toml");
    let args = [
        "check",
        "--redact",
        "--baseline",
        known.to_str().unwrap(),
        &file,
    ];
    let ran = run(&args);
    assert!(ran.err.contains("give it a --redact-key"), "{}", ran.err);
    let args = [&args[..], &["--redact-key", key(), "--update-baseline"]].concat();
    assert_eq!(run(&args).status, 0);
    assert_eq!(
        run(&args[..args.len() - 1]).status,
        0,
        "known by its stand-ins"
    );
    let stated = scratch("redacted.expect.toml");
    fs::write(&stated, "version = 1\ncalls = 1\n").unwrap();
    let ran = run(&[
        "check",
        "--redact",
        "--expect",
        stated.to_str().unwrap(),
        &file,
    ]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("--expect ''"), "{}", ran.err);
}

#[test]
fn comments_of_others_are_not_handed_on() {
    let commented = scratch("comment-of-others.pcapng");
    let place = commented.to_str().unwrap();
    run(&["read", "--write-pcapng", place, &capture(IGNORED)]);
    assert!(String::from_utf8_lossy(&fs::read(&commented).unwrap()).contains("10.77.0.10 sent"));
    let shared = scratch("comments-left-out.pcapng");
    redacted(&["read", "--write-pcapng", shared.to_str().unwrap(), place]);
    let text = String::from_utf8_lossy(&fs::read(&shared).unwrap()).into_owned();
    assert_nameless("the capture", &text);
    assert!(
        text.contains("error[use-proxy-ignored]"),
        "its own are in it"
    );
}

#[test]
fn what_is_no_key_is_refused() {
    let short = scratch("short.key");
    fs::write(&short, "too short\n").unwrap();
    let (short, file) = (short.to_str().unwrap(), capture(IGNORED));
    for (args, words) in [
        (&["--redact", "--redact-key", short][..], "16 bytes or more"),
        (
            &["--redact", "--redact-key", "/no/such"],
            "cannot be read as a key",
        ),
        (&["--redact-key", short], "--redact"),
        (&["--redact", "--follow"], "--follow"),
    ] {
        let ran = run(&[&["read"], args, &[&file]].concat());
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(ran.err.contains(words), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
}

#[test]
fn two_recordings_differ_with_stand_ins_as_they_do_without() {
    const OBEYED: &str = "use-proxy-obeyed-next-hop.pcap";
    let (good, bad) = (capture(OBEYED), capture(IGNORED));
    let diff = |more: &[&str]| run(&[&["diff", "--format", "json", &good, &bad], more].concat());
    let plain = diff(&[]);
    let redacted = diff(&["--redact", "--redact-key", key()]);
    assert_eq!((plain.status, redacted.status), (1, 1), "{}", redacted.err);
    assert_nameless("a comparison", &redacted.out);
    let what = |ran: &Ran| {
        let all: Value = serde_json::from_str(&ran.out).unwrap();
        let first = &all["first_difference"];
        (
            first["kind"].clone(),
            all["calls"].as_array().unwrap().len(),
        )
    };
    assert_eq!(what(&plain), what(&redacted));
}
