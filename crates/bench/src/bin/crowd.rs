//! `sipwhy-crowd CALLS`: a capture, on standard output, of calls that are all in progress at its
//! end: what a call costs in memory, and what happens at the bound.

use std::io::{self, BufWriter};
use std::net::Ipv4Addr;

use clap::Parser;
use sipwhy_bench::pcap::PcapWriter;
use sipwhy_bench::wire::{self, Flow};

/// Writes calls that are answered and never end, a thousand a second.
#[derive(Parser)]
struct Arguments {
    /// How many calls.
    calls: u32,
}

const CALLER: (Ipv4Addr, u16) = (Ipv4Addr::new(10, 0, 0, 1), 5060);
const CALLEE: (Ipv4Addr, u16) = (Ipv4Addr::new(10, 0, 0, 2), 5060);
/// When the first begins, and how far they are apart, in microseconds.
const START: u64 = 1_700_000_000_000_000;
const APART: u64 = 1_000;
/// How far the messages of a call are apart.
const STEP: u64 = 200;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut capture = PcapWriter::new(out)?;
    for call in 0..arguments.calls {
        let mut time = START + u64::from(call) * APART;
        for (is_request, text) in call_of(call) {
            let (from, to) = if is_request {
                (CALLER, CALLEE)
            } else {
                (CALLEE, CALLER)
            };
            let head = wire::udp(Flow { from, to }, call as u16, text.as_bytes());
            capture.frame(time, &head, text.as_bytes())?;
            time += STEP;
        }
    }
    capture.finish()?;
    Ok(())
}

/// The messages of a call, with whether they are the caller's.
fn call_of(call: u32) -> [(bool, String); 4] {
    let message = |first: &str, branch: &str, tag: &str, method: &str, rest: &str, body: &str| {
        let to_tag = if tag.is_empty() {
            String::new()
        } else {
            format!(";tag={tag}{call:x}")
        };
        format!(
            "{first}\r\n\
             Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK{branch}{call:x}\r\n\
             From: <sip:u{call}@10.0.0.1>;tag=a{call:x}\r\n\
             To: <sip:v{call}@10.0.0.2>{to_tag}\r\n\
             Call-ID: call-{call:x}@10.0.0.1\r\n\
             CSeq: 1 {method}\r\n\
             {rest}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let contact =
        |user, host| format!("Contact: <sip:{user}@{host}>\r\nContent-Type: application/sdp\r\n");
    let sdp = |host| {
        format!(
            "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n\
             m=audio 40000 RTP/AVP 8\r\n"
        )
    };
    let invite = format!("INVITE sip:v{call}@10.0.0.2 SIP/2.0");
    let offering = format!("Max-Forwards: 70\r\n{}", contact("u", "10.0.0.1"));
    let (offer, answer) = (sdp("10.0.0.1"), sdp("10.0.0.2"));
    let answering = contact("v", "10.0.0.2");
    let hops = "Max-Forwards: 70\r\n";
    [
        (true, message(&invite, "i", "", "INVITE", &offering, &offer)),
        (
            false,
            message("SIP/2.0 180 Ringing", "i", "b", "INVITE", "", ""),
        ),
        (
            false,
            message("SIP/2.0 200 OK", "i", "b", "INVITE", &answering, &answer),
        ),
        (
            true,
            message("ACK sip:v@10.0.0.2 SIP/2.0", "k", "b", "ACK", hops, ""),
        ),
    ]
}
