//! SCTP packets of one association, both ways.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::{Run, pieces};

fuzz_target!(|data: &[u8]| {
    let mut run = Run::default();
    for (flags, chunks) in pieces(data) {
        let is_back = flags & 1 == 1;
        let ports: [u16; 2] = if is_back {
            [5060, 40_000]
        } else {
            [40_000, 5060]
        };
        let mut packet = Vec::new();
        packet.extend(ports[0].to_be_bytes());
        packet.extend(ports[1].to_be_bytes());
        packet.extend([0, 0, 0, 1, 0, 0, 0, 0]);
        packet.extend(chunks);
        run.packet(is_back, 132, &packet);
    }
    run.finish();
});
