use super::*;

const FINDING: &str = r#"2026-11-22T17:19:40.554894Z warning rule=use-proxy-abandoned finding=1 call=1 call_id="a=\"b" help="say \\ this" : nothing : more"#;

fn read(text: &str) -> LoggedLine {
    LoggedLine::read(text.as_bytes()).expect(text)
}

#[test]
fn a_line_is_the_same_in_each_form() {
    let log = read(FINDING);
    assert_eq!(log.field("call_id"), Some("a=\"b"));
    assert_eq!(log.field("help"), Some("say \\ this"));
    assert_eq!(log.message, "nothing : more");
    assert_eq!(log.show(b"", LineStyle::Log, false), FINDING);
    let logfmt = log.show(b"", LineStyle::Logfmt, false);
    let back = read(&logfmt);
    assert_eq!((&back.fields, &back.message), (&log.fields, &log.message));
    assert_eq!(back.show(b"", LineStyle::Log, false), FINDING);
    let json = r#"{"level":"WARN","time":"2026-11-22T17:19:40.554894Z","kind":"warning","rule":"use-proxy-abandoned","finding":1,"call":1,"call_id":"a=\"b","help":"say \\ this","message":"nothing : more"}"#;
    assert_eq!(read(json).show(b"", LineStyle::Log, false), FINDING);
}

#[test]
fn records_become_lines_of_the_log() {
    let record = r#"{"kind":"message","time":"2026-11-22T17:19:30.554894000Z","frame":4,"source":"10.77.0.20:5060","destination":"10.77.0.10:5060","transport":"UDP","start_line":"SIP/2.0 305 Use Proxy","code":305,"reason":"Use Proxy","method":"INVITE","cseq":20,"call_id":"x","call":1,"from":"sip:alice@10.77.0.10","to":"sip:bob@10.77.0.20","part":"new","meaning":"must be repeated"}"#;
    let line = read(record);
    assert_eq!(line.code(), Some(305));
    assert_eq!(
        line.show(b"", LineStyle::Log, false),
        "2026-11-22T17:19:30.554894000Z msg frame=4 transport=UDP src=10.77.0.20:5060 \
         dst=10.77.0.10:5060 start=\"305 Use Proxy\" method=INVITE cseq=20 call=1 call_id=x \
         part=new : 305 Use Proxy: must be repeated"
    );
}

#[test]
fn what_is_no_line_of_the_log_is_none() {
    for text in [
        "",
        "hello",
        "2026-11-22T17:19:40Z hello",
        "2026-11-22 warning : x",
        "2026-11-22T17:19:40Z warning rule=\"open",
        "2026-11-22T17:19:40Z warning Rule=x",
        "2026-11-22T17:19:40Z warning a=\"b\"c=d",
        "kind=msg",
        "time=2026-11-22T17:19:40Z",
        "time=2026-11-22T17:19:40Z kind=msg a=\"\\ud800\"",
        "{\"kind\":\"message\"}",
        "{\"kind\":3}",
        "{",
    ] {
        assert!(LoggedLine::read(text.as_bytes()).is_none(), "{text}");
    }
    assert!(LoggedLine::read(b"2026-11-22T17:19:40Z msg : \xff").is_none());
}

#[test]
fn nothing_raw_reaches_a_terminal() {
    let hostile = "2026-11-22T17:19:40Z note rule=x : \u{1b}[2J\u{202e}";
    let line = read(hostile);
    for style in [LineStyle::Same, LineStyle::Log, LineStyle::Logfmt] {
        let shown = line.show(hostile.as_bytes(), style, false);
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    }
    let painted = line.show(hostile.as_bytes(), LineStyle::Same, true);
    assert!(painted.contains("\\x1b[2J\\u{202e}"), "{painted:?}");
    assert!(!painted.contains("\u{1b}[2J"), "{painted:?}");
    assert_eq!(
        show_foreign(b"\x1b]0;\xff\x07", false),
        "\\x1b]0;\\xff\\x07"
    );
}
