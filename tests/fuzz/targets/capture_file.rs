//! A file of any kind, through everything.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use sipwhy_capture::file::{Item, Reader};
use sipwhy_fuzz::Run;

fuzz_target!(|data: &[u8]| {
    let Ok(mut reader) = Reader::from_reader(Cursor::new(data.to_vec()), "fuzz", 0) else {
        return;
    };
    let mut run = Run::default();
    while let Ok(Some(item)) = reader.next_item() {
        match item {
            Item::Frame(frame) => run.frame(frame.link_type, frame.data),
            Item::Names(names) => drop(names.count()),
            Item::KeyLog(_) => {}
        }
    }
    run.finish();
});
