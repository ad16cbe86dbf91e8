use std::time::Duration;

use super::*;
use crate::expect::facts::{Figure, Outcome};

fn parsed(text: &str) -> Expectations {
    Expectations::parse("x.toml", &format!("version = 1\n{text}")).unwrap()
}

#[test]
fn each_key_says_what_it_says() {
    let file = parsed(
        "calls = { min = 1 }\n\
         fires = [\"call-failed\", { rule = \"*\", severity = \"error\", count = 2 }]\n\
         [hosts]\nproxy = \"10.0.0.1\"\n\
         [[call]]\n\
         match = { from = \"alice\", nth = 2 }\n\
         outcome = \"failed\"\n\
         code = \"4xx\"\n\
         ladder = [\"INVITE\", \"...\", \"486\"]\n\
         codec = { AUDIO = \"PCMA\" }\n\
         timings = { srd = { min = \"1ms\", max = \"1.5s\" }, hops = 3 }\n\
         [[capture]]\nfile = \"./a/*.pcap\"\nsilent = [\"*\"]\n",
    );
    let all = &file.of_all;
    assert!(all.calls.as_ref().unwrap().it.holds(7));
    let fires = &all.rules.fires;
    assert_eq!(fires[0].it.words(), "call-failed");
    assert_eq!(fires[1].it.words(), "error[*]");
    assert_eq!(fires[1].line, 3);
    let call = &all.of_calls[0];
    assert_eq!(call.line, 6);
    assert_eq!(call.select.nth, Some(2));
    let outcome = call.outcome.as_ref().unwrap();
    assert_eq!((outcome.line, outcome.it), (8, Outcome::Failed));
    let code = call.code.as_ref().unwrap().it;
    assert!(code.holds(499) && !code.holds(500));
    assert_eq!(call.ladder.as_ref().unwrap().it.entries.len(), 3);
    assert_eq!(call.codec.as_ref().unwrap().it["audio"], "PCMA");
    let (figure, range) = call.timings[0].it;
    assert_eq!(figure, Figure::Srd);
    assert!(range.holds(Duration::from_millis(1500)) && !range.holds(Duration::ZERO));
    assert!(call.hops.as_ref().unwrap().it.holds(3));
    assert_eq!(file.bodies(&["a/x.pcap"]).len(), 2);
    assert_eq!(file.bodies(&["x.pcap", "a/b/x.pcap"]).len(), 1);
}

#[test]
fn a_fault_names_its_line_and_what_was_meant() {
    for (text, line, says) in [
        ("", 1, "`version = 1` is missing"),
        ("version = 2", 1, "version 2"),
        ("version = 1\nsilnt = []", 2, "did you mean `silent`?"),
        ("version = 1\ncalls = -1", 2, "no less than 0"),
        ("version = 1\ncalls = { mn = 1 }", 2, "did you mean `min`?"),
        (
            "version = 1\ncalls = { min = 2, max = 1 }",
            2,
            "`min` must not",
        ),
        ("version = 1\ncalls = {}", 2, "bounds such as"),
        ("version = 1\nfires = \"call-failed\"", 2, "a list of rules"),
        (
            "version = 1\nfires = [\n\"call-faild\"]",
            3,
            "did you mean `call-failed`?",
        ),
        (
            "version = 1\nfires = [{ severity = \"error\" }]",
            2,
            "`rule` is missing",
        ),
        (
            "version = 1\nfires = [{ rule = \"*\", severity = \"grave\" }]",
            2,
            "there are note, warning, error",
        ),
        (
            "version = 1\nsilent = [{ rule = \"*\", verdct = \"x\" }]",
            2,
            "did you mean `verdict`?",
        ),
        ("version = 1\n[[capture]]\ncalls = 1", 2, "needs a `file`"),
        (
            "version = 1\n[[capture]]\nfle = \"x\"",
            3,
            "did you mean `file`?",
        ),
        ("version = 1\n[call]\ncode = 200", 2, "[[call]]"),
        (
            "version = 1\n[[call]]\noutcom = \"x\"",
            3,
            "did you mean `outcome`?",
        ),
        (
            "version = 1\n[[call]]\noutcome = \"answerd\"",
            3,
            "did you mean `answered`?",
        ),
        (
            "version = 1\n[[call]]\nfrom = \"alice\"",
            3,
            "match = { from = … }",
        ),
        (
            "version = 1\n[[call]]\nmatch.form = \"x\"",
            3,
            "did you mean `from`?",
        ),
        ("version = 1\n[[call]]\nmatch.nth = 0", 3, "the first is 1"),
        ("version = 1\n[[call]]\ncode = 180", 3, "a final code"),
        ("version = 1\n[[call]]\ncode = \"5x\"", 3, "a final code"),
        (
            "version = 1\n[[call]]\ncode = \"600-599\"",
            3,
            "a final code",
        ),
        (
            "version = 1\n[[call]]\nladder = [\n\"INVITE\",\n\"1800\"]",
            5,
            "is no message",
        ),
        (
            "version = 1\n[[call]]\ntimings.sdr = { max = \"1s\" }",
            3,
            "there are rrd, srd, sdd, sdt, hops",
        ),
        (
            "version = 1\n[[call]]\ntimings.srd = \"1s\"",
            3,
            "bounds such as",
        ),
        (
            "version = 1\n[[call]]\ntimings.srd.max = \"1\"",
            3,
            "no span of time",
        ),
        ("version = 1\n\n= x", 3, ""),
    ] {
        let fault = Expectations::parse("x.toml", text).unwrap_err();
        assert_eq!(fault.line, line, "{text}: {fault}");
        assert!(fault.text.contains(says), "{text}: {fault}");
        assert!(!fault.text.contains('\n'), "{fault}");
    }
}
