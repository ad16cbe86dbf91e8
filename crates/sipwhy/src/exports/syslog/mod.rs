//! The log, line by line, to a syslog daemon.
//!
//! ```text
//! report ─► Lines ─► Queue (bounded) ─► thread ─► /dev/log, UDP or TCP
//! ```

mod frame;
mod options;

use std::io::{Result, Write};

use sipwhy_report::{Export, ExportCounts, Output};

use self::frame::Origin;
use super::outlet::{Inlet, Outlet};
use super::queue::WhenFull;
use super::sender::Way;
use crate::exit::complain;

pub(crate) use options::{OpenSyslog, SyslogOptions};

/// A thread that sends lines to a syslog daemon.
#[derive(Debug)]
pub(crate) struct Syslog {
    origin: Origin,
    outlet: Outlet,
}

impl Syslog {
    fn start(name: String, origin: Origin, way: impl Way) -> anyhow::Result<Self> {
        let outlet = Outlet::start(name, "syslog", WhenFull::Lose, way)?;
        Ok(Self { origin, outlet })
    }

    /// Where to write lines to.
    pub(crate) fn output(&self) -> Output {
        Output::new(Lines {
            begun: Vec::new(),
            origin: self.origin.clone(),
            inlet: self.outlet.inlet().clone(),
        })
    }

    /// What was sent so far.
    pub(crate) fn counts(&self) -> ExportCounts {
        self.outlet.counts()
    }

    /// Waits, not for ever, until all lines are sent. Says whether they were.
    pub(crate) fn finish(self) -> bool {
        let Export { to, sent, lost, .. } = self.outlet.finish();
        if lost > 0 {
            let lines = sent + lost;
            complain(&format!("{lost} of {lines} lines were not sent to {to}"));
        }
        lost == 0
    }
}

/// Cuts what is written into lines, and hands each to the thread.
struct Lines {
    begun: Vec<u8>,
    origin: Origin,
    inlet: Inlet,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend(piece);
            if let Some(line) = self.begun.strip_suffix(b"\n") {
                self.inlet.put(Some(self.origin.frame(line)));
                self.begun.clear();
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
