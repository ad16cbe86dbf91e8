//! Frames to be shared: as many come out as went in, as long as they were, and what a name is
//! made of stands in none of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::pieces;
use sipwhy_packet::{Frame, FrameId, LinkType, Timestamp};
use sipwhy_redact::{Key, Redactor};

/// A name as the seeds have it: longer than a TCP header, which stays but for its checksum.
const NAME: &[u8] = b"nobodymayreadthisnameasitisverylong";

fuzz_target!(|data: &[u8]| {
    let mut redactor = Redactor::new(Key::new(b"sixteen bytes or more, at random"));
    let mut lengths = Vec::new();
    let mut check = |frame: &Frame<'_>| {
        lengths.push(frame.data.len());
        let mut runs = frame.data.windows(NAME.len());
        assert!(!runs.any(|run| run == NAME), "a name came through");
    };
    let mut pushed = Vec::new();
    for (number, (is_raw, data)) in (1..).zip(pieces(data)) {
        pushed.push(data.len());
        let frame = Frame {
            id: FrameId { file: 0, number },
            time: Timestamp::from_nanos(1_700_000_000_000_000_000 + number * 1_000_000),
            link_type: if is_raw & 1 == 1 {
                LinkType::RAW
            } else {
                LinkType::ETHERNET
            },
            data,
            original_len: data.len() as u32,
        };
        redactor.push(&frame, &mut check);
    }
    redactor.finish(&mut check);
    assert_eq!(lengths, pushed);
});
