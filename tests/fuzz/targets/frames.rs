//! Frames of every link type: link layers, tunnels, IP, fragments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::{Run, pieces};
use sipwhy_packet::LinkType;

fuzz_target!(|data: &[u8]| {
    let [link_type, data @ ..] = data else { return };
    // All known numbers are below 300: a byte reaches them with the cooked ones folded in.
    let link_type = match *link_type {
        255 => LinkType::LINUX_SLL2,
        254 => LinkType(228),
        253 => LinkType(229),
        other => LinkType(u16::from(other)),
    };
    let mut run = Run::default();
    for (_, frame) in pieces(data) {
        run.frame(link_type, frame);
    }
    run.finish();
});
