//! UDP payloads: SIP, several messages, tunnels by port, HEP.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::{Run, pieces};

const PORTS: [u16; 16] = [
    5060, 5061, 53, 1701, 2152, 4789, 4790, 6081, 6635, 8472, 9060, 9061, 9899, 443, 5080, 30_000,
];

fuzz_target!(|data: &[u8]| {
    let mut run = Run::default();
    for (port, payload) in pieces(data) {
        let mut datagram = Vec::new();
        datagram.extend(40_000_u16.to_be_bytes());
        datagram.extend(PORTS[usize::from(port)].to_be_bytes());
        datagram.extend((8 + payload.len() as u16).to_be_bytes());
        datagram.extend([0, 0]);
        datagram.extend(payload);
        run.packet(false, 17, &datagram);
    }
    run.finish();
});
