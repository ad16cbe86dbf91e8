//! The page of a capture: it holds together, loads nothing, runs nothing from the wire, stays
//! within its bounds, and a browser shows it.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use sipwhy_capture::file::Reader;
use sipwhy_packet::{FrameId, LinkType, Timestamp};
use sipwhy_pipeline::{Config, Pipeline};
use sipwhy_report::{
    Ending, Filter, Html, HtmlPart, HtmlParts, InputEnd, Inputs, Output, Report, Selected,
};
use sipwhy_tests::{OwnedFrame, captures, play};

/// Set by `scripts/test-browser`: the browser to look at the pages with.
const BROWSER: &str = "SIPWHY_BROWSER";

fn ending(name: &str) -> Ending {
    let input = InputEnd {
        name: name.to_owned(),
        frames: 0,
        fault: None,
    };
    Ending {
        inputs: vec![input],
        ..Ending::default()
    }
}

/// The page of one recorded capture.
fn page(file: &str) -> String {
    let (output, gathered) = Output::gathered();
    let html = Html::new(output, Inputs::new([file]));
    let mut report = Selected::new(Report::Html(Box::new(html)), Filter::default());
    let reader = Reader::open(captures().join(file), 0).unwrap();
    let (summary, damage) = play(reader, Config::default(), &mut report);
    assert!(damage.is_none(), "{file}");
    report.finish(summary, &ending(file));
    String::from_utf8(gathered.take()).unwrap()
}

/// What a page of several holds of a recorded capture.
fn part(file: &str, place: usize) -> HtmlPart {
    let html = Html::part_of_several(Inputs::new([file]), file, place);
    let mut report = Selected::new(Report::Html(Box::new(html)), Filter::default());
    let reader = Reader::open(captures().join(file), 0).unwrap();
    let (summary, _) = play(reader, Config::default(), &mut report);
    report.finish(summary, &ending(file));
    report.take_html_part().unwrap()
}

fn page_of_several(files: &[&str]) -> String {
    let mut parts = HtmlParts::default();
    for (place, file) in files.iter().enumerate() {
        parts.add(part(file, place));
    }
    parts.page()
}

/// The page of datagrams from and to port 5060, ten milliseconds apart: the last byte of the
/// source in 10.0.0.0/24, that of the destination, and the payload.
fn page_of(datagrams: &[(u8, u8, Vec<u8>)]) -> String {
    let (output, gathered) = Output::gathered();
    let html = Html::new(output, Inputs::new(["made.pcap"]));
    let mut report = Selected::new(Report::Html(Box::new(html)), Filter::default());
    let mut pipeline = Pipeline::new(Config::default());
    for (number, (source, destination, payload)) in (1..).zip(datagrams) {
        let data = packet(*source, *destination, payload);
        let frame = OwnedFrame {
            id: FrameId { file: 0, number },
            time: Timestamp::from_nanos(1_800_000_000_000_000_000 + number * 10_000_000),
            link_type: LinkType::RAW,
            original_len: u32::try_from(data.len()).unwrap(),
            data,
        };
        pipeline.frame(&frame.borrow(), &mut report);
    }
    pipeline.finish(&mut report);
    report.finish(pipeline.summary(), &ending("made.pcap"));
    String::from_utf8(gathered.take()).unwrap()
}

fn packet(source: u8, destination: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + payload.len()).unwrap();
    let mut packet = vec![0x45, 0];
    packet.extend((20 + length).to_be_bytes());
    packet.extend([0, 0, 0, 0, 64, 17, 0, 0]);
    packet.extend([10, 0, 0, source, 10, 0, 0, destination]);
    packet.extend([0x13, 0xc4, 0x13, 0xc4]);
    packet.extend(length.to_be_bytes());
    packet.extend([0, 0]);
    packet.extend(payload);
    packet
}

/// A call that is refused, in the words of somebody who wants to get into the page.
fn hostile_page() -> String {
    let words = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'>\
                 <svg onload=alert(3)>&lt;b&gt;";
    let call = |first: &str, more: &str| {
        let mut message = format!(
            "{first}\r\n\
             Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK-1\r\n\
             From: \"{words}\" <sip:\"><script>alert(4)</script>@example.test>;tag=1\r\n\
             To: <javascript:alert(5)>{more}\r\n\
             Call-ID: --><style>*{{display:none}}</style>{words}\r\n\
             CSeq: 1 INVITE\r\n\
             Max-Forwards: 70\r\n\
             Contact: <javascript:alert(6)//{words}>\r\n\
             Subject: \u{202e}txet desrever\u{202c} \u{200b}\u{2028}{words}\r\n\
             X-<img/src=x/onerror=alert(7)>: {words}\r\n\
             User-Agent: "
        )
        .into_bytes();
        message.extend(b"nul \0 bell \x07 escape \x1b[31m wrong \xff\xfe\xc3( end\r\n");
        message.extend(b"Content-Type: text/html\r\nContent-Length: 39\r\n\r\n");
        message.extend(b"<!--<script><body onload=alert(8)>-->\r\n");
        message
    };
    let invite = format!("INVITE javascript:alert(9)//{words} SIP/2.0").replace(' ', "%20");
    let invite = invite
        .replacen("%20", " ", 1)
        .replace("%20SIP/2.0", " SIP/2.0");
    let refusal = format!("SIP/2.0 503 {words}");
    page_of(&[
        (1, 2, call(&invite, "")),
        (2, 1, call(&refusal, ";tag=2")),
        (1, 2, call(&invite.replacen("INVITE", "ACK", 1), ";tag=2")),
        (
            1,
            2,
            call(
                "INVITE sip:<script>alert(10)</script>@example.test SIP/2.0",
                "",
            ),
        ),
    ])
}

/// The tags of a page, each from its name to its end, its script and style left out.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (tag, after) = rest.split_once('>').unwrap();
        tags.push(tag);
        rest = after;
        for opaque in ["script", "style"] {
            if tag == opaque {
                rest = &rest[rest.find(&format!("</{opaque}>")).unwrap()..];
            }
        }
    }
    tags
}

/// The values of an attribute.
fn values<'p>(tags: &[&'p str], attribute: &str) -> Vec<&'p str> {
    let begin = format!(" {attribute}=\"");
    let of = |tag: &&'p str| Some(tag.split_once(&begin)?.1.split('"').next().unwrap());
    tags.iter().filter_map(of).collect()
}

fn assert_is_sound(name: &str, page: &str) {
    let tags = tags(page);
    let known = [
        "a",
        "abbr",
        "article",
        "b",
        "body",
        "br",
        "button",
        "caption",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "footer",
        "form",
        "g",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "html",
        "input",
        "li",
        "link",
        "main",
        "mark",
        "meta",
        "nav",
        "ol",
        "option",
        "output",
        "p",
        "path",
        "pre",
        "rect",
        "script",
        "section",
        "select",
        "span",
        "strong",
        "style",
        "summary",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "blockquote",
        "!doctype",
    ];
    let mut open = Vec::new();
    for tag in &tags {
        let element = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap();
        assert!(known.contains(&element), "{name}: <{tag}>");
        if element != "script" && element != "style" {
            let bare: String = tag.split('"').step_by(2).collect();
            for attribute in bare.split(' ').skip(1) {
                assert!(!attribute.starts_with("on"), "{name}: <{tag}>");
                assert!(!attribute.starts_with("style="), "{name}: <{tag}>");
                assert!(!attribute.starts_with("src="), "{name}: <{tag}>");
            }
        }
        // Every element is closed where it was opened.
        let is_void = ["meta", "link", "input", "br", "!doctype"].contains(&element);
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(element), "{name}: <{tag}>");
        } else if !is_void && !tag.ends_with('/') {
            open.push(element);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
    assert_eq!(page.matches("<script").count(), 1, "{name}");
    let mut ids = BTreeSet::new();
    for id in values(&tags, "id") {
        assert!(ids.insert(id), "{name}: {id} twice");
        assert!(!id.contains([' ', '<', '&']), "{name}: {id}");
    }
    for target in values(&tags, "href") {
        match target.strip_prefix('#') {
            Some(id) => assert!(ids.contains(id), "{name}: #{id} leads nowhere"),
            None => assert!(
                target == "data:," || target.starts_with("https://"),
                "{name}: {target}"
            ),
        }
    }
}

#[test]
fn pages_hold_together_and_load_nothing() {
    for file in [
        "use-proxy-ignored-old-destination.pcap",
        "stuck-chain-callee-silent.pcap",
        "legs-x-cid.pcap",
        "mirrored-every-packet-twice.pcap",
        "malformed-two-max-forwards.pcap",
        "caller-identity.pcap",
        "transport-failed-icmp.pcap",
    ] {
        assert_is_sound(file, &page(file));
    }
    let files = ["busy.pcap", "legs-x-cid.pcap", "redirect-loop.pcap"];
    let several = page_of_several(&files);
    assert_is_sound("several", &several);
    for file in files {
        assert!(several.contains(&format!("<span class=\"capture\">{file}</span>")));
    }
}

#[test]
fn a_page_says_what_text_says_and_leads_to_the_messages() {
    let page = page("use-proxy-ignored-old-destination.pcap");
    for expected in [
        "<p class=\"headline\">1 error in 9 SIP messages (5 requests, 4 responses), 1 call, over 2 s.</p>",
        "10.77.0.10 sent the INVITE back to 10.77.0.20, not through the proxy the 305 named</h4>",
        "Contact: <mark class=\"error\" title=\"every retry must go through this proxy\">&lt;sip:10.77.0.30&gt;</mark>",
        "<span class=\"why error\">↳ every retry must go through this proxy</span>",
        "<dt>Who</dt><dd>10.77.0.10, which sent the request</dd>",
        "<a href=\"https://www.rfc-editor.org/rfc/rfc3261#section-21.3.4\">RFC 3261 §21.3.4</a>",
        "<dt>Outcome</dt><dd>Answered, 200 OK</dd>",
        "<dt>Session request delay (SRD)</dt><dd>453 ms</dd>",
        "<a href=\"#code-305\">305 Use Proxy</a>:",
        "<details class=\"term\" id=\"rule-use-proxy-ignored\">",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    // The finding leads to the message, the message to the ladder and the finding.
    assert!(page.contains(">use-proxy-ignored-old-destination.pcap:4</a>"));
    let message = page
        .split("<details class=\"message redirection\"")
        .nth(1)
        .unwrap();
    let message = message.split("</details>").next().unwrap();
    assert!(message.contains("<a href=\"#frame-4\">"), "{message}");
    // What decides is marked in the whole message, and headers say what they are.
    assert!(message.contains("<mark class=\"error\""), "{message}");
    assert!(message.contains("\">Contact</abbr>: <mark"), "{message}");
    assert!(
        message.contains("<abbr title=\"The way back: "),
        "{message}"
    );
}

#[test]
fn what_follows_from_a_finding_is_folded_up_below_it() {
    let page = page("ack-missing-private-contact.pcap");
    let folded = page
        .split("<details class=\"so\">")
        .nth(1)
        .expect("a consequence");
    let folded = folded.split("</details>").next().unwrap();
    assert!(folded.contains("<article class=\"finding"), "{folded}");
    assert!(folded.contains("<h5>"), "{folded}");
}

#[test]
fn nothing_from_the_wire_becomes_markup() {
    let page = hostile_page();
    assert_is_sound("hostile", &page);
    for shown in [
        "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;",
        "javascript:alert(6)//",
        "\\u{202e}txet desrever\\u{202c} \\u{200b}\\u{2028}",
        "nul \\x00 bell \\x07 escape \\x1b[31m wrong \\xff\\xfe\\xc3( end",
        "&lt;!--&lt;script&gt;&lt;body onload=alert(8)&gt;--&gt;",
        "X-&lt;img/src=x/onerror=alert(7)&gt;",
        "&amp;lt;b&amp;gt;",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    let is_hidden = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202e}' | '\u{200b}');
    assert!(!page.contains(is_hidden));
}

#[test]
fn a_full_page_keeps_the_calls_that_something_was_found_of() {
    let message = |first: &str, call: usize, cseq: &str, tag: &str| {
        format!(
            "{first}\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK{call}-{cseq}\r\n\
             From: <sip:a@example.test>;tag=1\r\nTo: <sip:b@example.test>{tag}\r\n\
             Call-ID: call-{call}\r\nCSeq: 1 {cseq}\r\nMax-Forwards: 70\r\n\
             Contact: <sip:10.0.0.1>\r\nContent-Length: 0\r\n\r\n"
        )
        .into_bytes()
    };
    let mut datagrams = Vec::new();
    for call in 1..=700 {
        let refusal = if call == 2 {
            "SIP/2.0 503 Service Unavailable"
        } else {
            "SIP/2.0 200 OK"
        };
        let options = message("OPTIONS sip:b@example.test SIP/2.0", call, "OPTIONS", "");
        let invite = message("INVITE sip:b@example.test SIP/2.0", call, "INVITE", "");
        if call == 2 {
            datagrams.push((1, 2, invite));
            datagrams.push((2, 1, message(refusal, call, "INVITE", ";tag=2")));
            datagrams.push((
                1,
                2,
                message("ACK sip:b@example.test SIP/2.0", call, "INVITE", ";tag=2"),
            ));
        } else {
            datagrams.push((1, 2, options));
            datagrams.push((2, 1, message(refusal, call, "OPTIONS", ";tag=2")));
        }
    }
    let page = page_of(&datagrams);
    assert!(page.contains("<article class=\"call\" id=\"call-2\""));
    assert!(
        page.contains("<article class=\"call\" id=\"call-700\""),
        "the newest are there"
    );
    let shown = page.matches("<article class=\"call\"").count();
    assert!((150..=300).contains(&shown), "{shown}");
    let left_out = format!("{} calls are not shown", 700 - shown);
    assert!(page.contains(&left_out), "{left_out}");
    assert!(page.contains(">Not a call: accepted</span></th><td class=\"number\">699</td>"));
    assert_is_sound("full", &page);
}

/// What a browser makes of a page: its elements once the script has run, and its complaints.
fn browse(browser: &str, file: &Path, query: &str) -> (String, String) {
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=3000"])
        .args(["--dump-dom", &format!("file://{}{query}", file.display())])
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let complaints = text(&output.stderr);
    let of_page = complaints.lines().filter(|line| line.contains("CONSOLE"));
    (text(&output.stdout), of_page.collect())
}

/// The ids of the findings and calls that are not hidden.
fn visible(elements: &str) -> Vec<&str> {
    let tags = tags(elements);
    let items = tags
        .iter()
        .filter(|tag| tag.starts_with("article class=\""));
    let items = items.filter(|tag| !tag.contains("hidden=") && tag.contains("data-rule="));
    items.map(|tag| values(&[tag], "id")[0]).collect()
}

#[test]
fn a_browser_searches_and_filters_and_runs_nothing_from_the_wire() {
    let Ok(browser) = std::env::var(BROWSER) else {
        println!("skipped: {BROWSER} names no browser; scripts/test-browser does");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("several.html");
    let files = [
        "busy.pcap",
        "use-proxy-ignored-old-destination.pcap",
        "redirect-loop.pcap",
    ];
    std::fs::write(&file, page_of_several(&files)).unwrap();
    let all = {
        let (elements, complaints) = browse(&browser, &file, "");
        assert_eq!(complaints, "");
        assert!(!elements.contains("<form id=\"filter\" role=\"search\" hidden"));
        visible(&elements).len()
    };
    for (query, expected) in [
        ("?q=must+go+through", &["c2-finding-1", "c2-call-1"][..]),
        ("?q=busy+here", &["c1-call-1"]),
        ("?rule=use-proxy-ignored", &["c2-finding-1", "c2-call-1"]),
        ("?outcome=declined", &["c1-call-1"]),
        ("?q=nowhere-to-be-found", &[]),
    ] {
        let (elements, complaints) = browse(&browser, &file, query);
        assert_eq!(complaints, "", "{query}");
        let visible = visible(&elements);
        assert!(visible.len() < all, "{query}");
        for id in expected {
            assert!(visible.contains(id), "{query}: {visible:?}");
        }
        assert_eq!(
            visible.is_empty(),
            expected.is_empty(),
            "{query}: {visible:?}"
        );
        let others = visible.iter().filter(|id| id.starts_with("c3-")).count();
        assert_eq!(others, 0, "{query}: {visible:?}");
    }
    // A link to a message unfolds it.
    let (elements, _) = browse(&browser, &file, "#c2-m-2");
    let target = elements.split("id=\"c2-m-2\"").nth(1).unwrap();
    assert!(
        target.split('>').next().unwrap().contains("open"),
        "{target}"
    );

    let file = folder.join("hostile.html");
    std::fs::write(&file, hostile_page()).unwrap();
    let (elements, complaints) = browse(&browser, &file, "?q=alert");
    assert_eq!(complaints, "");
    assert_eq!(elements.matches("<script").count(), 1);
    assert!(!elements.contains("<img"));
    assert!(elements.contains("</body>"), "no dialog holds it up");
}
