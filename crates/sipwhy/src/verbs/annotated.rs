//! A capture with the findings as comments of its packets, for Wireshark.
//!
//! Findings are told after the packets that prove them, so the captures are read twice: once to
//! find, once to write.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_capture::file::{Item, Merge, Merged};
use sipwhy_capture::write::{Origin, Pcapng};
use sipwhy_packet::Frame;
use sipwhy_parser::printable;
use sipwhy_redact::{Key, Redactor};
use sipwhy_report::Packets;

use crate::exit::complain;
use crate::session_secrets::SessionSecrets;

/// What made a file, as its header says.
pub(super) const ORIGIN: Origin<'static> = Origin {
    hardware: std::env::consts::ARCH,
    system: std::env::consts::OS,
    application: concat!("sipwhy ", env!("CARGO_PKG_VERSION")),
};

/// The capture to be written. Until it is whole it has another name, so that what has its name is
/// never a part of one.
pub(super) struct Annotated {
    path: PathBuf,
    file: File,
    /// Where it is written; none if that is its place already, as with a device.
    draft: Option<Draft>,
}

/// A file that is taken away again unless it gets its name.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // It is gone if it got its name.
        let _ = fs::remove_file(&self.0);
    }
}

impl Annotated {
    /// Makes sure that the captures can be read twice and the file be written.
    pub(super) fn begin(path: &Path, captures: &[PathBuf]) -> anyhow::Result<Self> {
        let name = path.display();
        anyhow::ensure!(
            path.as_os_str() != "-",
            "--write-pcapng takes a file: standard output is for the report"
        );
        for capture in captures {
            // What cannot be looked at is told when it is read.
            let Ok(metadata) = capture.metadata() else {
                continue;
            };
            anyhow::ensure!(
                metadata.is_file(),
                "--write-pcapng reads captures twice, which {} does not allow; save it to a file",
                capture.display()
            );
            let is_same =
                |it: fs::Metadata| (it.dev(), it.ino()) == (metadata.dev(), metadata.ino());
            anyhow::ensure!(
                !path.metadata().is_ok_and(is_same),
                "{name}: is one of the captures; --write-pcapng takes another file"
            );
        }
        let failed = || format!("{name}: cannot be written");
        if path.metadata().is_ok_and(|it| !it.is_file()) {
            let file = OpenOptions::new().write(true).open(path);
            return Ok(Self {
                path: path.to_owned(),
                file: file.with_context(failed)?,
                draft: None,
            });
        }
        // A link stays one.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let mut own = path.file_name().unwrap_or_default().to_owned();
        own.push(format!(".{}.part", std::process::id()));
        let place = path.with_file_name(own);
        let file = File::create_new(&place).with_context(failed)?;
        Ok(Self {
            path,
            file,
            draft: Some(Draft(place)),
        })
    }

    /// Reads the captures once more, of which there are so many frames, and writes the packets that
    /// are wanted with what is said of them.
    pub(super) fn write(
        self,
        captures: &[PathBuf],
        frames: u64,
        packets: &Packets,
        secrets: SessionSecrets,
        redaction: Option<Key>,
    ) -> anyhow::Result<()> {
        let name = self.path.display().to_string();
        let failed = || format!("{name}: cannot be written");
        let written = match redaction {
            Some(key) => write_redacted(&self.file, captures, packets, key),
            None => write_packets(&self.file, captures, packets, secrets),
        };
        let (read, written) = written.with_context(failed)?;
        anyhow::ensure!(
            read >= frames,
            "{name}: not written, since the captures changed while they were read"
        );
        if let Some(draft) = self.draft {
            fs::rename(&draft.0, &self.path).with_context(failed)?;
        }
        if written == 0 {
            complain(&format!(
                "{name}: no packets in it; none belongs to what is shown"
            ));
        }
        Ok(())
    }
}

/// Gives how many frames were read, and how many written.
fn write_packets(
    file: &File,
    captures: &[PathBuf],
    packets: &Packets,
    mut secrets: SessionSecrets,
) -> std::io::Result<(u64, u64)> {
    let names: Vec<String> = captures.iter().map(|path| own_name(path)).collect();
    let mut out = begin(file)?;
    let (mut read, mut written) = (0, 0);
    let mut merge = Merge::open(captures);
    while let Some((piece, comments)) = merge.next_commented() {
        match piece {
            Merged::Item(Item::Frame(frame)) => {
                read += 1;
                if !packets.wants(&frame) {
                    continue;
                }
                let lines = secrets.take_of(frame.data);
                if !lines.is_empty() {
                    out.key_log(&lines)?;
                }
                let name = names.get(usize::from(frame.id.file));
                let name = name.map_or("", String::as_str);
                // A capture that was annotated before says what is found already.
                let own: Vec<_> = comments.map(String::from_utf8_lossy).collect();
                let found = packets.comments(frame.id).map(Cow::Owned);
                let found = found.filter(|comment| !own.contains(comment));
                out.packet(name, &frame, own.iter().cloned().chain(found))?;
                written += 1;
            }
            Merged::Item(Item::Names(hosts)) => out.names(hosts)?,
            // Secrets were taken in before. Faults were told then.
            Merged::Item(Item::KeyLog(_)) | Merged::End(_) => {}
        }
    }
    out.into_inner().flush()?;
    Ok((read, written))
}

/// The same with stand-ins. Comments that the captures have are left out, since they may say
/// anything, and so are secrets, since what they open is blank.
fn write_redacted(
    file: &File,
    captures: &[PathBuf],
    packets: &Packets,
    key: Key,
) -> std::io::Result<(u64, u64)> {
    let mut out = begin(file)?;
    let mut redactor = Redactor::new(key);
    let (mut read, mut written) = (0, 0);
    let mut fault = None;
    let mut put = |out: &mut Pcapng<_>, frame: &Frame<'_>| {
        if fault.is_none() && packets.wants(frame) {
            written += 1;
            let name = format!("capture {}", frame.id.file + 1);
            fault = out.packet(&name, frame, packets.comments(frame.id)).err();
        }
        fault.is_some()
    };
    let mut merge = Merge::open(captures);
    while let Some(piece) = merge.next_piece() {
        match piece {
            Merged::Item(Item::Frame(frame)) => {
                read += 1;
                let mut failed = false;
                redactor.push(&frame, &mut |frame| failed = put(&mut out, frame));
                if failed {
                    break;
                }
            }
            Merged::Item(Item::Names(hosts)) => {
                let hosts: Vec<_> = hosts.map(|(ip, name)| redactor.name(ip, name)).collect();
                out.names(hosts.iter().map(|(ip, name)| (*ip, name.as_slice())))?;
            }
            Merged::Item(Item::KeyLog(_)) | Merged::End(_) => {}
        }
    }
    redactor.finish(&mut |frame| {
        put(&mut out, frame);
    });
    if let Some(fault) = fault {
        return Err(fault);
    }
    out.into_inner().flush()?;
    Ok((read, written))
}

/// Begins the file.
fn begin(file: &File) -> std::io::Result<Pcapng<BufWriter<&File>>> {
    Pcapng::new(BufWriter::with_capacity(256 * 1024, file), ORIGIN)
}

/// What a capture is called without its directory.
fn own_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    printable(name.to_string_lossy().as_bytes()).into_owned()
}

/// Says what was left out for want of room.
pub(super) fn complain_of_gaps(packets: &Packets, secrets_left_out: u64) {
    let left_out = packets.left_out();
    for (count, what) in [
        (left_out.findings, "findings are in no comment"),
        (left_out.messages, "messages are not written whole"),
        (secrets_left_out, "lines of TLS secrets are not written"),
    ] {
        if count > 0 {
            complain(&format!("--write-pcapng: {count} {what}, for want of room"));
        }
    }
}
