//! A log file that rotates, and that outlives full disks and vanished directories.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::open::{Half, OpenFile};
use super::rotation::Rotation;

/// After a failure, how long nothing is tried; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A failure that follows the last one so soon is not said again: a disk that is full lets a line
/// through now and then.
const SAME_FAILURE: Duration = Duration::from_secs(60);

/// Makes the line that tells of lines lost: how many, and why.
pub(crate) type LostLine = Box<dyn FnMut(SystemTime, u64, &str) -> Vec<u8> + Send>;

/// A log file that rotates, and that goes on when it can be written again.
///
/// What time it is it is told, so that waits can be tested.
pub(crate) struct LogFile {
    path: PathBuf,
    rotation: Rotation,
    /// Whether each write waits for the disk.
    syncs: bool,
    lost_line: LostLine,
    open: Option<OpenFile>,
    /// The period of the file that is open.
    period: u128,
    /// Lines lost that the log does not tell of yet, and why.
    untold: u64,
    why: String,
    lost: u64,
    /// When to try again, and how long to wait after that.
    retry: Option<(SystemTime, Duration)>,
    /// When it last failed.
    failed: Option<SystemTime>,
    /// No attempt to rotate before then: one has failed.
    rotates_from: Option<SystemTime>,
    /// What is to be said to whoever started it.
    said: Vec<String>,
}

impl LogFile {
    /// Opens the file.
    pub(crate) fn open(
        path: &Path,
        rotation: Rotation,
        syncs: bool,
        lost_line: LostLine,
        now: SystemTime,
    ) -> io::Result<Self> {
        let mut file = Self {
            path: path.to_owned(),
            rotation,
            syncs,
            lost_line,
            open: None,
            period: 0,
            untold: 0,
            why: String::new(),
            lost: 0,
            retry: None,
            failed: None,
            rotates_from: None,
            said: Vec::new(),
        };
        file.begin(now)?;
        Ok(file)
    }

    /// All lines lost so far.
    pub(crate) const fn lost(&self) -> u64 {
        self.lost
    }

    /// Why nothing can be written now.
    pub(crate) fn fault(&self) -> Option<&str> {
        self.open.is_none().then_some(self.why.as_str())
    }

    /// Whether there is something to do even if no line comes.
    pub(crate) const fn waits(&self) -> bool {
        self.open.is_none() || self.untold > 0
    }

    /// What is to be said to whoever started it.
    pub(crate) fn take_said(&mut self) -> Vec<String> {
        std::mem::take(&mut self.said)
    }

    /// Writes whole lines, or counts them as lost.
    pub(crate) fn write(&mut self, lines: &[u8], now: SystemTime) {
        if !self.is_ready(now) {
            self.lose(count(lines));
            return;
        }
        if self.untold > 0 {
            let line = (self.lost_line)(now, self.untold, &self.why);
            if let Err(half) = self.put(&line, now) {
                self.fail(&half.fault, now);
                self.lose(count(lines));
                return;
            }
            self.untold = 0;
        }
        if let Err(half) = self.put(lines, now) {
            self.fail(&half.fault, now);
            self.lose(count(lines.get(half.whole..).unwrap_or_default()));
            return;
        }
        self.retry = None;
        if self.syncs
            && !lines.is_empty()
            && let Some(Err(fault)) = self.open.as_ref().map(OpenFile::sync)
        {
            self.fail(&fault, now);
        }
    }

    /// Takes note of lines that never came here, as writing took too long.
    pub(crate) fn missed(&mut self, lines: u64) {
        if lines > 0 {
            if self.untold == 0 {
                "they came faster than they could be written".clone_into(&mut self.why);
            }
            self.lose(lines);
        }
    }

    /// Opens the file anew: somebody has moved it.
    pub(crate) fn reopen(&mut self, now: SystemTime) {
        self.open = None;
        self.retry = None;
        if let Err(fault) = self.begin(now) {
            self.fail(&fault, now);
        }
    }

    /// Tries again at once, at the end, when there is no later.
    pub(crate) fn end(&mut self, now: SystemTime) {
        self.retry = None;
        if self.waits() {
            self.write(b"", now);
        }
    }

    /// Whether a file is open, under its name.
    fn is_ready(&mut self, now: SystemTime) -> bool {
        if let Some(open) = &mut self.open {
            if open.is_in_place(&self.path) {
                return true;
            }
            self.open = None;
        }
        if let Some((when, wait)) = self.retry {
            // A clock that was set back must not make it wait for longer.
            let is_early = now < when && when.duration_since(now).is_ok_and(|left| left <= wait);
            if is_early {
                return false;
            }
        }
        match self.begin(now) {
            Ok(()) => true,
            Err(fault) => {
                self.fail(&fault, now);
                false
            }
        }
    }

    fn begin(&mut self, now: SystemTime) -> io::Result<()> {
        let open = OpenFile::open(&self.path)?;
        self.period = self.rotation.period(open.modified.unwrap_or(now));
        self.open = Some(open);
        Ok(())
    }

    /// Writes whole lines, each into one file.
    fn put(&mut self, lines: &[u8], now: SystemTime) -> Result<(), Half> {
        let mut whole = 0;
        while let Some(rest) = lines.get(whole..).filter(|rest| !rest.is_empty()) {
            let fault = |fault| Half { fault, whole };
            let Some(open) = &mut self.open else {
                return Err(fault(io::ErrorKind::NotConnected.into()));
            };
            let may_rotate = open.is_file() && self.rotates_from.is_none_or(|from| now >= from);
            let mut room = rest.len();
            if may_rotate {
                room = self.rotation.room(open.len(), rest);
                let is_old = self.rotation.period(now) > self.period && open.len() > 0;
                if room == 0 || is_old {
                    self.rotate(now).map_err(fault)?;
                    continue;
                }
            }
            let piece = rest.get(..room).unwrap_or(rest);
            open.append(piece).map_err(|half| Half {
                fault: half.fault,
                whole: whole + half.whole,
            })?;
            whole += piece.len();
        }
        Ok(())
    }

    /// Begins a new file. Where the old one cannot be moved it is written on.
    fn rotate(&mut self, now: SystemTime) -> io::Result<()> {
        match self.rotation.rotate(&self.path) {
            Ok(()) => {
                self.rotates_from = None;
                self.open = None;
                self.begin(now)?;
                // What was there before it began, if somebody else has made it, is old too.
                self.period = self.rotation.period(now);
            }
            Err(fault) => {
                if self.rotates_from.is_none() {
                    let name = self.path.display();
                    self.said.push(format!(
                        "{name} cannot be rotated, and is written on: {fault}"
                    ));
                }
                self.rotates_from = Some(now + LONGEST_WAIT);
            }
        }
        Ok(())
    }

    fn fail(&mut self, fault: &io::Error, now: SystemTime) {
        self.open = None;
        self.why = fault.to_string();
        let is_same = self.failed.is_some_and(|failed| {
            now.duration_since(failed)
                .is_ok_and(|since| since < SAME_FAILURE)
        });
        self.failed = Some(now);
        if !is_same {
            let name = self.path.display();
            self.said.push(format!(
                "{name} cannot be written: {fault}; the capture goes on, and so does the log when \
                 it can"
            ));
        }
        let wait = match self.retry {
            Some((_, wait)) => (wait * 2).min(LONGEST_WAIT),
            None => FIRST_WAIT,
        };
        self.retry = Some((now + wait, wait));
    }

    const fn lose(&mut self, lines: u64) {
        self.untold += lines;
        self.lost += lines;
    }
}

/// How many lines these are.
pub(super) fn count(lines: &[u8]) -> u64 {
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}
