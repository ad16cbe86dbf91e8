//! Segments of one connection: in and out of order, repeated, overlapping, with holes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::{Run, pieces};

fuzz_target!(|data: &[u8]| {
    let mut run = Run::default();
    let mut next = [1000_u32, u32::MAX - 200];
    for (flags, payload) in pieces(data) {
        let is_back = flags & 1 == 1;
        let next = &mut next[usize::from(is_back)];
        let (sequence, flag) = match flags >> 1 {
            0..=2 => (*next, 0x10),
            3 => (next.wrapping_sub(payload.len() as u32 / 2), 0x10),
            4 => (next.wrapping_add(100), 0x10),
            5 => (*next, 0x11),
            6 => (*next, 0x02),
            _ => (*next, 0x04),
        };
        run.segment(is_back, sequence, flag, payload);
        if sequence == *next {
            *next = next.wrapping_add(payload.len() as u32 + u32::from(flag == 0x02));
        }
    }
    run.finish();
});
