//! What is wrong with a message, in whichever way it travelled: with each of the messages that lie
//! one after another in the bytes, and with all of them as one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_lint::{MOST_FINDINGS, Setting, Transport, lint};
use sipwhy_parser::{Framing, Progress, Scanner, frame};

fuzz_target!(|data: &[u8]| {
    look(data, Transport::Datagram);
    let mut rest = data;
    let mut progress = Progress::default();
    loop {
        let used = match frame(rest, &mut progress, 65_536) {
            Framing::Message { end, .. } => {
                look(&rest[..end], Transport::Stream);
                end
            }
            Framing::KeepAlive { len } => len,
            Framing::Garbage { skip } => skip,
            Framing::Incomplete { .. } => break,
        };
        rest = &rest[used..];
    }
    look(rest, Transport::Unknown);
});

/// Every finding is in the message, in the order of their places, and says something printable.
fn look(bytes: &[u8], transport: Transport) {
    let mut scanner = Scanner::new();
    let message = scanner.scan(bytes);
    for is_cut in [false, true] {
        let report = lint(&message, Setting { transport, is_cut });
        assert!(report.findings.len() <= MOST_FINDINGS);
        assert!(
            report
                .findings
                .is_sorted_by_key(|finding| finding.span.start)
        );
        for finding in &report.findings {
            let notes = finding.also.iter().map(|(span, text)| (span, text));
            for (span, text) in notes.chain([(&finding.span, &finding.says)]) {
                assert!(
                    span.start <= span.end && span.end <= bytes.len(),
                    "{}",
                    finding.check.id
                );
                assert!(
                    !text.is_empty() && !text.chars().any(char::is_control),
                    "{text:?}"
                );
            }
        }
    }
}
