//! A body: the first line is its Content-Type, the rest is the body. And the first line as the
//! value of an Identity header.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_content::passport::Passport;
use sipwhy_content::{Content, MultipartFault};
use std::hint::black_box;

fuzz_target!(|data: &[u8]| {
    let mut halves = data.splitn(2, |&byte| byte == b'\n');
    let content_type = halves.next().unwrap_or_default();
    let body = halves.next().unwrap_or_default();
    read(&Content::of(Some(content_type), body), body.len(), 0);
    read(&Content::of(None, body), body.len(), 0);
    black_box(Passport::of_identity(content_type));
    black_box(Passport::of_token(body));
});

fn read(content: &Content<'_>, length: usize, depth: usize) {
    assert!(depth < 64, "no end of bodies in bodies");
    assert!(!content.name().chars().any(char::is_control));
    match content {
        Content::Sdp(sdp) => {
            black_box((sdp.faults(), sdp.session()));
        }
        Content::Multipart(multipart) => {
            for MultipartFault { span, .. } in multipart.faults() {
                assert!(span.start <= span.end && span.end <= length);
            }
            for part in multipart.parts() {
                black_box(part.fields());
                read(&part.content(), part.body().len(), depth + 1);
            }
        }
        Content::SipFrag(piece) => {
            black_box((piece.status(), piece.fields()));
        }
        _ => {}
    }
}
