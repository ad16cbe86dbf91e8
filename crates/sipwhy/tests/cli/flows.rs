//! Call flows, as files and filters choose them.

use crate::run::{capture, run};

fn drawn(format: &str, file: &str, filter: &[&str]) -> String {
    let file = capture(file);
    let ran = run(&[&["read", "--format", format, &file], filter].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    ran.out
}

#[test]
fn each_form_begins_as_it_should() {
    let file = "cancelled-through-proxy.pcap";
    let text = drawn("flow", file, &[]);
    assert!(
        text.starts_with("Call 1: sip:alice@example.test → "),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "no colours beside a terminal");
    assert!(drawn("flow", file, &["--color", "always"]).contains("\u{1b}["));
    let markdown = drawn("mermaid", file, &[]);
    assert!(
        markdown.starts_with("## Call 1\n\n```mermaid\n"),
        "{markdown}"
    );
    let svg = drawn("svg", file, &[]);
    assert!(svg.starts_with("<svg xmlns="), "{svg}");
    assert!(svg.ends_with("</svg>\n"));
}

#[test]
fn a_call_is_drawn_whole_or_not_at_all() {
    let all = drawn("flow", "stuck-second-proxy.pcap", &["--method", "INVITE"]);
    let stuck = drawn(
        "flow",
        "stuck-second-proxy.pcap",
        &["--rule", "stuck-on-trying"],
    );
    let calls = |text: &str| text.lines().filter(|it| it.starts_with("Call ")).count();
    assert_eq!((calls(&all), calls(&stuck)), (2, 1));
    assert!(stuck.contains("─ 100 Trying ─"), "{stuck}");
    let none = drawn("flow", "stuck-second-proxy.pcap", &["--code", "404"]);
    assert_eq!(none, "");
}

#[test]
fn live_draws_no_calls() {
    let ran = run(&["live", "-i", "lo", "--format", "svg"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("use sipwhy read"), "{}", ran.err);
}
