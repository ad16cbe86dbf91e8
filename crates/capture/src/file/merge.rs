//! Several captures as one, in the order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};

use sipwhy_packet::Timestamp;

use super::{Comments, Found, Gauge, Item, OpenError, ReadError, Reader};

/// Files that are kept open from the look at their first frame until their turn comes. Those
/// beyond are closed, and opened again.
const MOST_WAITING: usize = 16;

/// Files that may be read at the same time, since they overlap. Each takes a buffer of 256 KiB.
pub const MOST_OVERLAPPING: usize = 256;

/// Reads captures as if they were one: those that overlap in time frame by frame, by their times;
/// those that do not, such as rotated ones, one after the other. Of frames with the same time, the
/// one from the file that was given first comes first.
///
/// Within a file the order is the file's, also where its clock goes backwards.
pub struct Merge {
    inputs: Vec<Input>,
    /// Every input that is not over but the current one, by the time of its next piece.
    waiting: BinaryHeap<Reverse<(Timestamp, u16)>>,
    /// The input whose piece was handed out last.
    current: Option<u16>,
    /// Inputs of which nothing can be read, to be told first.
    stillborn: Vec<u16>,
    /// How many of the inputs are being read.
    reading: usize,
    gauge: Gauge,
}

struct Input {
    path: PathBuf,
    state: State,
    /// Whether frames were handed out.
    is_begun: bool,
}

enum State {
    /// Looked at, and closed again.
    Closed,
    /// Open, with the piece that comes next.
    Open(Box<Reader>, Found),
    /// Open, its last piece handed out; what comes next is a fault or the end.
    Last(Box<Reader>, Option<ReadError>),
    /// It could not be opened, or not again.
    Failed(ReadError),
    Over,
}

/// What comes next of several captures.
pub enum Merged<'a> {
    /// A piece of one.
    Item(Item<'a>),
    /// One of them is over.
    End(InputEnd),
}

/// How an input ended.
#[derive(Debug)]
pub struct InputEnd {
    /// Its place among the inputs, from 0.
    pub file: u16,
    /// What it is called, with control characters escaped, and how many frames came of it; `None`
    /// when it could not be opened.
    pub read: Option<(String, u64)>,
    /// The fault that ended it early.
    pub fault: Option<ReadError>,
}

impl Merge {
    /// Opens captures (`-` is standard input), and looks at the first frame of each. What cannot
    /// be read is told by [`Merge::next_piece`].
    ///
    /// Paths beyond the 65 536th are ignored: their frames could not be named.
    #[must_use]
    pub fn open(paths: &[PathBuf]) -> Self {
        Self::open_gauged(paths, &Gauge::default())
    }

    /// As [`Merge::open`]. Bytes that are read of the captures count for `gauge`.
    #[must_use]
    pub fn open_gauged(paths: &[PathBuf], gauge: &Gauge) -> Self {
        let mut merge = Self {
            inputs: Vec::with_capacity(paths.len()),
            waiting: BinaryHeap::new(),
            current: None,
            stillborn: Vec::new(),
            reading: 0,
            gauge: gauge.clone(),
        };
        for (file, path) in (0..=u16::MAX).zip(paths) {
            let state = open(path, file, gauge);
            let state = match state {
                State::Open(_, found) if merge.waiting.len() >= MOST_WAITING && is_file(path) => {
                    merge.waiting.push(Reverse((time(&found), file)));
                    State::Closed
                }
                State::Open(reader, found) => {
                    merge.waiting.push(Reverse((time(&found), file)));
                    State::Open(reader, found)
                }
                over => {
                    merge.stillborn.push(file);
                    over
                }
            };
            merge.inputs.push(Input {
                path: path.clone(),
                state,
                is_begun: false,
            });
        }
        merge.stillborn.reverse();
        merge
    }

    /// The next piece, or the end of an input; `None` when all are over.
    pub fn next_piece(&mut self) -> Option<Merged<'_>> {
        self.next_commented().map(|(piece, _)| piece)
    }

    /// As [`Merge::next_piece`], with the comments that the file has on a frame.
    pub fn next_commented(&mut self) -> Option<(Merged<'_>, Comments<'_>)> {
        let file = match self.advance() {
            Some(file) => file,
            None => match self.stillborn.pop() {
                Some(file) => return Some((Merged::End(self.end(file)), Comments::default())),
                None => self.waiting.pop()?.0.1,
            },
        };
        self.begin(file);
        self.current = Some(file);
        let is_open = |input: &Input| matches!(input.state, State::Open(..));
        if !self.inputs.get(usize::from(file)).is_some_and(is_open) {
            self.current = None;
            return Some((Merged::End(self.end(file)), Comments::default()));
        }
        match &self.inputs.get(usize::from(file))?.state {
            State::Open(reader, found) => {
                Some((Merged::Item(reader.item(found)), reader.comments(found)))
            }
            _ => None,
        }
    }

    /// Finds the next piece of the current input; says which input it is if that piece, or its
    /// end, comes before all that wait.
    fn advance(&mut self) -> Option<u16> {
        let file = self.current.take()?;
        let input = self.inputs.get_mut(usize::from(file))?;
        let state = std::mem::replace(&mut input.state, State::Over);
        let State::Open(mut reader, _) = state else {
            input.state = state;
            return Some(file);
        };
        let next = reader.find();
        let (state, due) = match next {
            Ok(Some(found)) => (State::Open(reader, found), Some(time(&found))),
            Ok(None) => (State::Last(reader, None), None),
            Err(fault) => (State::Last(reader, Some(fault)), None),
        };
        input.state = state;
        let due = due.map(|time| (time, file));
        match (due, self.waiting.peek()) {
            (Some(due), Some(Reverse(first))) if *first < due => {
                self.waiting.push(Reverse(due));
                None
            }
            _ => Some(file),
        }
    }

    /// Opens an input again, if it was closed, and counts it among those that are read.
    fn begin(&mut self, file: u16) {
        let Some(input) = self.inputs.get_mut(usize::from(file)) else {
            return;
        };
        if input.is_begun {
            return;
        }
        input.is_begun = true;
        self.reading += 1;
        if self.reading > MOST_OVERLAPPING {
            let name = crate::printable::printable(&input.path.to_string_lossy());
            input.state = State::Failed(ReadError::open(name, OpenError::TooManyOverlap));
        } else if matches!(input.state, State::Closed) {
            input.state = open(&input.path, file, &self.gauge);
        }
    }

    fn end(&mut self, file: u16) -> InputEnd {
        let over = InputEnd {
            file,
            read: None,
            fault: None,
        };
        let Some(input) = self.inputs.get_mut(usize::from(file)) else {
            return over;
        };
        self.reading -= usize::from(input.is_begun);
        match std::mem::replace(&mut input.state, State::Over) {
            State::Last(reader, fault) => InputEnd {
                read: Some((reader.name().to_owned(), reader.frames())),
                fault,
                ..over
            },
            State::Failed(fault) => InputEnd {
                fault: Some(fault),
                ..over
            },
            State::Open(..) | State::Closed | State::Over => over,
        }
    }
}

/// Opens a capture up to its first piece.
fn open(path: &Path, file: u16, gauge: &Gauge) -> State {
    let mut reader = match Reader::open_gauged(path, file, gauge) {
        Ok(reader) => Box::new(reader),
        Err(fault) => return State::Failed(fault),
    };
    match reader.find() {
        Ok(Some(found)) => State::Open(reader, found),
        Ok(None) => State::Last(reader, None),
        Err(fault) => State::Last(reader, Some(fault)),
    }
}

/// Whether a path can be opened a second time and gives the same.
fn is_file(path: &Path) -> bool {
    path.as_os_str() != "-" && path.metadata().is_ok_and(|metadata| metadata.is_file())
}

/// When a piece is due. Names and keys have no time; they are for frames that may be in any file,
/// so they come as soon as they are found.
fn time(found: &Found) -> Timestamp {
    match found {
        Found::Frame(record) => record.time,
        Found::KeyLog(_) | Found::Names(..) => Timestamp::ZERO,
    }
}
