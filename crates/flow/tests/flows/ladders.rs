//! From ladders to flows.

use sipwhy_flow::{Bounds, Collector, Flow, Flows};
use sipwhy_packet::Ports;
use sipwhy_pipeline::Config;
use sipwhy_testkit::{Ladder, Recording};

/// The flows of a recording, within bounds.
pub(crate) fn flows_within(recording: &Recording, bounds: Bounds) -> Flows {
    let mut config = Config::default();
    config.packet.ports = Ports::any();
    let mut collector = Collector::new(bounds);
    recording.play(config, &mut collector);
    collector.finish(|_| true)
}

/// The packets of a ladder.
pub(crate) fn recording(ladder: &str) -> Recording {
    let text = format!("expect: nothing\n{ladder}");
    Ladder::parse(&text).unwrap().recording
}

/// The flows of a ladder.
pub(crate) fn flows(ladder: &str) -> Flows {
    flows_within(&recording(ladder), Bounds::default())
}

/// The only flow of a ladder.
pub(crate) fn flow(ladder: &str) -> Flow {
    let mut flows = flows(ladder).flows;
    assert_eq!(flows.len(), 1, "one call");
    flows.remove(0)
}

/// A call through a proxy that is answered and released.
pub(crate) const PROXIED: &str = "\
hosts: alice=10.0.0.5 proxy=10.0.0.1 bob=10.0.0.9:5070
0     alice -> proxy  INVITE sip:bob@example.com #1
0.01  proxy -> alice  100 for #1
0.02  proxy -> bob    INVITE sip:bob@10.0.0.9:5070 #2 via #1
0.1   bob -> proxy    180 for #2 #3
0.11  proxy -> alice  relay #3
1     bob -> proxy    200 for #2 #4
1.01  proxy -> alice  relay #4
1.02  alice -> bob    ACK for #1
9     alice -> bob    BYE #5 in #1
9.01  bob -> alice    200 for #5
";
