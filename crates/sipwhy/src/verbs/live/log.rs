//! The log in a file: what `sipwhy live --log` is told.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sipwhy_packet::Timestamp;
use sipwhy_report::{Inputs, Output};

use crate::amounts::{bytes, span};
use crate::log_file::{LogFile, LogWriter, LostLine, Rotation};
use crate::options::{Format, ReportOptions};

/// Which file the log goes to.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::verbs) struct LogOptions {
    /// Write the report to the end of this file instead of standard output. SIGHUP opens it anew.
    /// A full disk or a missing directory stops the log until it is there again, and not the capture
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// Before the log grows beyond this size it becomes FILE.1, FILE.1 becomes FILE.2, and so on
    #[arg(long, value_name = "SIZE", value_parser = bytes, requires = "log")]
    log_rotate_size: Option<u64>,

    /// The same with the first line of each hour (1h), day (1d) or other span; counted in UTC
    #[arg(long, value_name = "TIME", value_parser = period, requires = "log")]
    log_rotate_every: Option<Duration>,

    /// How many old logs are kept
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(..=10_000)
    )]
    log_keep: u32,

    /// Wait for the disk after each write, so that the log outlives a loss of power
    #[arg(long, requires = "log")]
    log_sync: bool,
}

impl LogOptions {
    /// Whether it goes to a file at all.
    pub(super) const fn is_on(&self) -> bool {
        self.log.is_some()
    }

    /// The folder of the file.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let folder = self.log.as_ref()?.parent();
        let folder = folder.filter(|it| !it.as_os_str().is_empty());
        Some(folder.map_or_else(|| PathBuf::from("."), Path::to_owned))
    }

    /// Opens the file and starts the thread that writes it, if there is to be one.
    pub(super) fn start(
        &self,
        report: &ReportOptions,
        format: Format,
    ) -> anyhow::Result<Option<LogWriter>> {
        let Some(path) = &self.log else {
            return Ok(None);
        };
        let lost_line = lost_line(report, format)?;
        let (to_open, syncs) = (path.clone(), self.log_sync);
        let rotation = Rotation {
            size: self.log_rotate_size,
            every: self.log_rotate_every,
            keep: self.log_keep,
        };
        LogWriter::start(path.display().to_string(), move |now| {
            LogFile::open(&to_open, rotation, syncs, lost_line, now)
        })
        .map(Some)
    }
}

/// Makes the line that tells of lines lost, in the form of the others.
fn lost_line(report: &ReportOptions, format: Format) -> anyhow::Result<LostLine> {
    let (output, gathered) = Output::gathered();
    let mut report = report.report_into(format, Inputs::new::<&str>([]), output)?;
    Ok(Box::new(move |now, count, why| {
        report.lines_lost(timestamp(now), count, why);
        gathered.take()
    }))
}

fn timestamp(at: SystemTime) -> Timestamp {
    Timestamp::from_nanos(0) + at.duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A span that is worth a file.
fn period(text: &str) -> Result<Duration, String> {
    let span = span(text)?;
    if span < Duration::from_secs(1) {
        return Err("less than a second is too short".to_owned());
    }
    Ok(span)
}
