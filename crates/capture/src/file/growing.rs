//! A capture file that is still being written.

use std::fs::{self, File};
use std::io::{self, Read, Seek as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::{Item, OpenError, ReadError, Reader};
use crate::printable::printable;

/// Reads a capture file as it grows, and the one that takes its name when it is rotated.
///
/// There is no waiting in here: what is not there yet is asked for again later.
///
/// ```no_run
/// use sipwhy_capture::file::Follow;
///
/// let mut follow = Follow::open("growing.pcap")?;
/// loop {
///     while let Some(item) = follow.next_item()? {
///         println!("{item:?}");
///     }
///     std::thread::sleep(std::time::Duration::from_millis(200));
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), sipwhy_capture::file::ReadError>(())
/// ```
pub struct Follow {
    path: PathBuf,
    name: String,
    /// `None` until the header of a file has come.
    reader: Option<Reader>,
    /// How many files were read before this one: the input's place, for every frame.
    generation: u16,
    /// Frames of the files before this one.
    frames_before: u64,
}

impl Follow {
    /// Begins with the file at `path`, which may be empty still.
    ///
    /// # Errors
    /// As [`Reader::open`], and [`OpenError::PackedAndGrowing`] for a compressed file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let path = path.as_ref();
        let name = printable(&path.to_string_lossy());
        let metadata = fs::metadata(path);
        let metadata = metadata.map_err(|error| ReadError::open(name.clone(), error.into()))?;
        if !metadata.is_file() {
            let reason = if metadata.is_dir() {
                OpenError::Directory
            } else {
                OpenError::NotGrowing
            };
            return Err(ReadError::open(name, reason));
        }
        let mut follow = Self {
            path: path.to_owned(),
            name,
            reader: None,
            generation: 0,
            frames_before: 0,
        };
        follow.take_up()?;
        Ok(follow)
    }

    /// What the file is called, with control characters escaped.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many frames were handed out, of all files that had the name.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames_before + self.reader.as_ref().map_or(0, Reader::frames)
    }

    /// The next piece; `None` when there is nothing more now.
    ///
    /// Each file that takes the name numbers its frames anew, and is an input of its own: the
    /// first is 0, the next is 1.
    ///
    /// # Errors
    /// As [`Reader::next_item`]; after a [`ReadError::Truncated`], which is a file that was rotated
    /// in the middle of a record, the next file may be asked for.
    pub fn next_item(&mut self) -> Result<Option<Item<'_>>, ReadError> {
        loop {
            if self.reader.is_none() && !self.take_up()? {
                return Ok(None);
            }
            let Some(reader) = &mut self.reader else {
                return Ok(None);
            };
            match reader.find() {
                Ok(Some(found)) => {
                    // Borrowed anew: the compiler does not see that the loop ends here.
                    let reader = self.reader.as_ref();
                    return Ok(reader.map(|reader| reader.item(&found)));
                }
                Ok(None) if !reader.finished => return Ok(None),
                Ok(None) => self.close(),
                Err(fault) => {
                    self.close();
                    return Err(fault);
                }
            }
        }
    }

    /// The file is over, or what can be read of it.
    fn close(&mut self) {
        self.frames_before = self.frames();
        self.reader = None;
        self.generation = self.generation.saturating_add(1);
    }

    /// Opens the file, if it is there and its header too.
    fn take_up(&mut self) -> Result<bool, ReadError> {
        let source = match Growing::open(&self.path) {
            Ok(source) => source,
            // A file that is rotated has no successor for a moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(ReadError::open(self.name.clone(), error.into())),
        };
        let reader = match Reader::from_reader(source, &self.name, self.generation) {
            Ok(reader) => reader,
            Err(ReadError::Open {
                reason: OpenError::Io(error),
                ..
            }) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(fault) => return Err(fault),
        };
        if let Some(packing) = reader.packing() {
            let reason = OpenError::PackedAndGrowing(packing);
            return Err(ReadError::open(self.name.clone(), reason));
        }
        self.reader = Some(reader);
        Ok(true)
    }
}

/// The bytes of a file that grows. At its end it has nothing more *now*, until another file has
/// its name, or it was made shorter.
struct Growing {
    path: PathBuf,
    file: File,
}

impl Growing {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            file: File::open(path)?,
        })
    }

    /// Whether the name leads to another file by now.
    fn is_replaced(&self) -> io::Result<bool> {
        let own = self.file.metadata()?;
        let identity = |metadata: &fs::Metadata| (metadata.dev(), metadata.ino());
        let named = fs::metadata(&self.path);
        Ok(named.is_ok_and(|named| identity(&named) != identity(&own)))
    }

    fn is_shortened(&mut self) -> io::Result<bool> {
        Ok(self.file.metadata()?.len() < self.file.stream_position()?)
    }
}

impl Read for Growing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.file.read(into)? {
            0 => {}
            n => return Ok(n),
        }
        if self.is_shortened()? {
            return Ok(0);
        }
        if self.is_replaced()? {
            // What was written between the end that was met and the rename is read as well.
            return self.file.read(into);
        }
        Err(io::ErrorKind::WouldBlock.into())
    }
}
