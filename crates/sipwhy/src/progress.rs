//! A bar on standard error that shows how far captures were read, for those who wait.

use std::env;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sipwhy_capture::file::Gauge;
use sipwhy_report::parse_span;

/// How often the bar moves.
const STEP: Duration = Duration::from_millis(100);
/// What it looks like.
const TEMPLATE: &str =
    "{bar:30} {percent:>3}%  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";

/// The bar that stands on the terminal, if one does. There is but one terminal: whoever writes to
/// it must know.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);
/// Whether there is one, to be asked before each write.
static IS_SHOWN: AtomicBool = AtomicBool::new(false);

/// Whether to show how far captures were read.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ProgressOptions {
    /// Show no progress. It is shown on standard error alone, if that is a terminal, of files that
    /// take longer than a second, and not in CI
    #[arg(long)]
    quiet: bool,

    /// Show progress of what takes longer than this
    #[arg(long, value_name = "SPAN", default_value = "1s", value_parser = parse_span, hide = true)]
    progress_after: Duration,
}

impl ProgressOptions {
    /// Begins to show how far these captures are read, if anybody wants to see it.
    pub(crate) fn begin(&self, paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Progress {
        match self.is_wanted().then(|| total(paths)).flatten() {
            Some(bytes) => Progress::begin(bytes, self.progress_after),
            None => Progress::none(),
        }
    }

    fn is_wanted(&self) -> bool {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = env::var_os("TERM").is_none_or(|value| value == "dumb");
        let has_diagnostics = is_set("SIPWHY_LOG");
        !self.quiet
            && !is_set("CI")
            && !is_dumb
            && !has_diagnostics
            && std::io::stderr().is_terminal()
    }
}

/// How many bytes the captures have together; `None` if that is not known of one, as of a pipe.
fn total(paths: impl IntoIterator<Item = impl AsRef<Path>>) -> Option<u64> {
    let sizes = paths.into_iter().map(|path| {
        let path = path.as_ref();
        // What is not there is told when it is read.
        let metadata = (path.as_os_str() != "-").then(|| path.metadata())?;
        match metadata {
            Ok(metadata) => metadata.is_file().then_some(metadata.len()),
            Err(_) => Some(0),
        }
    });
    sizes.sum()
}

/// Shows how far captures were read until it is dropped.
pub(crate) struct Progress {
    gauge: Gauge,
    /// Tells the thread to end, by being dropped.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Shows nothing.
    pub(crate) fn none() -> Self {
        Self {
            gauge: Gauge::default(),
            end: None,
            thread: None,
        }
    }

    fn begin(total: u64, after: Duration) -> Self {
        let gauge = Gauge::default();
        // Hidden at first, so that it knows the rate when it is shown.
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.progress_chars("=> "));
        }
        if after.is_zero() {
            show(&bar);
        }
        let (end, ended) = mpsc::channel();
        let watched = gauge.clone();
        let thread = thread::spawn(move || {
            let mut waited = Duration::ZERO;
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(STEP) {
                waited += STEP;
                bar.set_position(watched.bytes().min(total));
                if waited >= after && waited - STEP < after {
                    show(&bar);
                }
            }
        });
        Self {
            gauge,
            end: Some(end),
            thread: Some(thread),
        }
    }

    /// Where reading is to be counted.
    pub(crate) const fn gauge(&self) -> &Gauge {
        &self.gauge
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            // It cannot panic; and if it did, reading would be over all the same.
            let _ = thread.join();
            clear();
        }
    }
}

fn shown() -> MutexGuard<'static, Option<ProgressBar>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show(bar: &ProgressBar) {
    let mut shown = shown();
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.tick();
    IS_SHOWN.store(true, Ordering::Release);
    *shown = Some(bar.clone());
}

/// Takes the bar away for good, as before a report that is written to the same terminal.
pub(crate) fn clear() {
    if IS_SHOWN.swap(false, Ordering::AcqRel)
        && let Some(bar) = shown().take()
    {
        bar.finish_and_clear();
        // It may still be told how far it is.
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// Does something without the bar, as writing a line to the same terminal.
pub(crate) fn aside(action: impl FnOnce()) {
    let shown = shown();
    match shown.as_ref() {
        Some(bar) => bar.suspend(action),
        None => action(),
    }
}
