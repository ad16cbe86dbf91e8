//! Capture files that follow each other.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sipwhy_capture::write::Pcapng;
use sipwhy_packet::Frame;

use crate::log_file::Rotation;
use crate::verbs::annotated::ORIGIN;

/// A capture file. When it is full it becomes `FILE.1`, what was `FILE.1` becomes `FILE.2`, and the
/// last of them goes.
#[derive(Debug)]
pub(super) struct Files {
    path: PathBuf,
    /// The size from which a file is full, in bytes.
    most_bytes: u64,
    /// How many there are beside the one that is written.
    old: u32,
    out: Option<Pcapng<Counted>>,
}

impl Files {
    /// Begins the file. One that is there is not written over: it becomes `FILE.1`.
    pub(super) fn create(path: &Path, most_bytes: u64, most_files: u32) -> io::Result<Self> {
        let mut files = Self {
            path: path.to_owned(),
            most_bytes,
            old: most_files.saturating_sub(1),
            out: None,
        };
        if path.metadata().is_ok_and(|it| it.len() > 0) {
            files.rotate()?;
        }
        files.begin()?;
        Ok(files)
    }

    /// Writes a packet, into a new file if this one is full.
    pub(super) fn packet(
        &mut self,
        input: &str,
        frame: &Frame<'_>,
        comments: &[String],
    ) -> io::Result<()> {
        let result = self.try_packet(input, frame, comments);
        if result.is_err() {
            // What stands in it now may end in half a block; what comes goes into a new one.
            self.out = None;
        }
        result
    }

    fn try_packet(
        &mut self,
        input: &str,
        frame: &Frame<'_>,
        comments: &[String],
    ) -> io::Result<()> {
        let out = match &mut self.out {
            Some(out) => out,
            None => {
                self.rotate()?;
                self.begin()?
            }
        };
        out.packet(input, frame, comments)?;
        if out.sink().bytes >= self.most_bytes {
            self.flush()?;
            self.out = None;
        }
        Ok(())
    }

    /// Hands on what is written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Some(out) => out.sink_mut().file.flush(),
            None => Ok(()),
        }
    }

    fn begin(&mut self) -> io::Result<&mut Pcapng<Counted>> {
        let sink = Counted {
            file: BufWriter::with_capacity(64 * 1024, File::create(&self.path)?),
            bytes: 0,
        };
        Ok(self.out.insert(Pcapng::new(sink, ORIGIN)?))
    }

    /// Makes room for a new file.
    fn rotate(&self) -> io::Result<()> {
        if self.old == 0 {
            // It is written over.
            return Ok(());
        }
        let rotation = Rotation {
            keep: self.old,
            ..Rotation::default()
        };
        rotation.rotate(&self.path)
    }
}

/// Counts what is written to a file.
#[derive(Debug)]
struct Counted {
    file: BufWriter<File>,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sipwhy_capture::file::Reader;
    use sipwhy_packet::{FrameId, LinkType, Timestamp};

    use super::*;

    fn numbers(path: &Path) -> Vec<u64> {
        let mut reader = Reader::open(path, 0).unwrap();
        let mut numbers = Vec::new();
        while let Some(frame) = reader.next_frame().unwrap() {
            numbers.push(frame.time.as_nanos());
        }
        numbers
    }

    #[test]
    fn full_files_make_room_for_new_ones_and_the_oldest_goes() {
        let folder = std::env::temp_dir().join(format!("sipwhy-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("last.pcapng");
        fs::write(&path, "what was there").unwrap();
        let mut files = Files::create(&path, 1000, 3).unwrap();
        for number in 1..=12 {
            let frame = Frame {
                id: FrameId { file: 0, number },
                time: Timestamp::from_nanos(number),
                link_type: LinkType::ETHERNET,
                data: &[0; 300],
                original_len: 300,
            };
            files.packet("eth0", &frame, &[]).unwrap();
        }
        files.flush().unwrap();
        let all: Vec<Vec<u64>> = ["last.pcapng.2", "last.pcapng.1", "last.pcapng"]
            .map(|name| numbers(&folder.join(name)))
            .into();
        assert!(all.iter().all(|file| !file.is_empty()), "{all:?}");
        // None is missing between the first that is left and the last.
        let all = all.concat();
        assert_eq!(all, (all[0]..=12).collect::<Vec<u64>>());
        assert!(!folder.join("last.pcapng.3").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
