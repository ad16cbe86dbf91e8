//! Call flows of recorded captures, word by word.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use sipwhy_capture::file::Reader;
use sipwhy_flow::{Bounds, Collector, Flows, mermaid, svg, text};
use sipwhy_pipeline::Config;
use sipwhy_tests::{captures, play};

/// Captures whose flows look different from each other.
const DRAWN: &[&str] = &[
    "call-two-proxies.pcapng",
    "cancelled-through-proxy.pcap",
    "forked-answers.pcap",
    "legs-session-id.pcap",
    "mirrored-every-packet-twice.pcap",
    "no-response-icmp-unreachable.pcap",
    "stuck-second-proxy.pcap",
    "use-proxy-obeyed-next-hop.pcap",
];

/// The flows of a capture, without those of keep-alives beside its calls.
fn flows(file: &str) -> Flows {
    let mut collector = Collector::new(Bounds::default());
    let reader = Reader::open(captures().join(file), 0).unwrap();
    let (_, damage) = play(reader, Config::default(), &mut collector);
    assert!(damage.is_none(), "{file}");
    let mut flows = collector.finish(|_| true);
    flows
        .flows
        .retain(|flow| flow.messages().all(|message| message.label != "OPTIONS"));
    assert!(!flows.flows.is_empty(), "{file} holds a call");
    flows
}

fn as_text(flows: &Flows, width: usize) -> String {
    let each = flows.flows.iter().flat_map(|flow| text::lines(flow, width));
    let lines = each.chain(text::below(flows, width));
    lines.map(|line| line.plain() + "\n").collect()
}

fn stem(file: &str) -> &str {
    file.split('.').next().unwrap_or(file)
}

#[test]
fn flows_read_as_they_should() {
    for file in DRAWN {
        let flows = flows(file);
        for width in [80, 120] {
            let name = format!("{}-{width}", stem(file));
            insta::assert_snapshot!(name, as_text(&flows, width));
        }
        let name = format!("{}-mermaid", stem(file));
        insta::assert_snapshot!(name, mermaid::document(&flows));
        let name = format!("{}-svg", stem(file));
        let drawing = svg::document(&flows);
        // The same in all of them.
        insta::assert_snapshot!(name, drawing.replace(svg::STYLE, ""));
    }
}
