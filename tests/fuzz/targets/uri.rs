//! A URI, alone and against another: the bytes up to the first line end, and those behind it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::headers;
use sipwhy_parser::{Uri, unescaped};

fuzz_target!(|data: &[u8]| {
    let mut halves = data.splitn(2, |&byte| byte == b'\n');
    let one = halves.next().unwrap_or_default();
    let other = halves.next().unwrap_or_default();
    for bytes in [one, other] {
        headers::uri(bytes);
        assert!(unescaped(bytes).count() <= bytes.len());
    }
    if let (Some(one), Some(other)) = (Uri::parse(one), Uri::parse(other)) {
        assert!(one.is_equivalent(one), "{one:?}");
        assert_eq!(
            one.is_equivalent(other),
            other.is_equivalent(one),
            "{one:?} {other:?}"
        );
    }
});
