//! Session descriptions: an offer, and after a zero byte its answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_content::sdp::{MAX_FAULTS, Sdp, Session, agreed};
use std::hint::black_box;

fuzz_target!(|data: &[u8]| {
    let mut halves = data.splitn(2, |&byte| byte == 0);
    let offer = halves.next().unwrap_or_default();
    let answer = halves.next().unwrap_or_default();
    let sessions = [offer, answer].map(read);
    let agreement = agreed(&sessions[0], &sessions[1]);
    assert_eq!(agreement.streams.len(), sessions[0].streams.len());
    for fault in agreement.faults {
        assert!(fault.span.start <= fault.span.end && fault.span.end <= answer.len());
    }
    black_box(agreed(
        &Sdp::cut(offer).session(),
        &Sdp::cut(answer).session(),
    ));
});

/// The lines are the body, each byte once; every fault points into it.
fn read(body: &[u8]) -> Session<'_> {
    let sdp = Sdp::new(body);
    let mut at = 0;
    for line in sdp.lines() {
        assert_eq!(line.text().span().start, at);
        at = line.text().span().end + line.0.end.bytes().len();
        black_box((line.letter(), line.attribute()));
    }
    assert_eq!(at, body.len());
    let faults = sdp.faults();
    assert!(faults.len() <= MAX_FAULTS);
    for fault in faults {
        assert!(fault.span.start <= fault.span.end && fault.span.end <= body.len());
    }
    let session = sdp.session();
    for stream in &session.streams {
        black_box((stream.is_held(), stream.is_rejected()));
        for codec in &stream.codecs {
            black_box((codec.carries_media(), codec.parameter("mode")));
        }
    }
    session
}
