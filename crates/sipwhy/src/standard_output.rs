//! Standard output, as reports and pages are written to it.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::os::fd::AsFd as _;

use anyhow::Context as _;
use sipwhy_report::Output;

use crate::progress;

/// Bytes gathered before they are handed on.
const BUFFER: usize = 256 * 1024;

/// Standard output for a report that says itself when to hand on.
pub(crate) fn buffered() -> anyhow::Result<Output> {
    Ok(Output::new(BufWriter::with_capacity(BUFFER, open()?)))
}

/// Standard output, each write handed on at once.
pub(crate) fn at_once() -> anyhow::Result<Output> {
    Ok(Output::new(open()?))
}

/// Prints a whole text. A reader that goes away early is no fault.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match open()?.write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Standard output without the standard library's buffer, which would break up long writes.
struct Direct {
    file: File,
    is_terminal: bool,
}

impl Write for Direct {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_terminal {
            // What is written shows that something goes on.
            progress::clear();
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn open() -> anyhow::Result<Direct> {
    let owned = io::stdout().as_fd().try_clone_to_owned();
    Ok(Direct {
        file: File::from(owned.context("cannot write to standard output")?),
        is_terminal: io::stdout().is_terminal(),
    })
}
