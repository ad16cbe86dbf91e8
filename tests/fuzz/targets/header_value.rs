//! One header's value: the first byte picks the name, the rest is read as every type there is, and
//! as part of a message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sipwhy_fuzz::headers;
use sipwhy_parser::{HeaderName, Scanner};

fuzz_target!(|data: &[u8]| {
    let Some((&pick, value)) = data.split_first() else {
        return;
    };
    let names = HeaderName::ALL;
    let name = names[usize::from(pick) % names.len()];
    headers::value(name, value);

    let mut message = b"OPTIONS sip:a.example SIP/2.0\r\n".to_vec();
    message.extend(name.as_str().as_bytes());
    message.extend(b": ");
    message.extend(value);
    message.extend(b"\r\n\r\n");
    let mut scanner = Scanner::new();
    headers::walk(scanner.scan(&message));
});
