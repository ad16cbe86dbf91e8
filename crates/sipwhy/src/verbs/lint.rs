//! `sipwhy lint`: what is wrong with the form of single messages.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use sipwhy_annotator::{Annotation, Part};
use sipwhy_capture::file::{Item, OpenError, ReadError, Reader};
use sipwhy_lint::{Setting, Severity, Transport, lint};
use sipwhy_packet::Ports;
use sipwhy_parser::{Scanner, looks_like_sip, skip_line_ends};
use sipwhy_pipeline::{Observed, Observer, Pipeline};
use sipwhy_report::{Inputs, LintPlace, Lints};

use crate::exit::{Outcome, complain};
use crate::options::{FailOn, pipeline_config};
use crate::pasted::{self, Pasted};
use crate::settings::Settings;
use crate::standard_output;
use crate::terminal::Colour;
use crate::verbs::reading::take_aside;

/// How much of an input is looked at to tell a capture from a text, in bytes.
const BEGINNING: u64 = 4096;

/// The longest text that is read, in bytes.
const LONGEST_TEXT: u64 = 64 << 20;

/// Say what is wrong with the form of messages: each fault underlined, with the RFC's section
///
/// Takes a message pasted from a log or an email, or a capture with any number of them. Every
/// departure from the grammar and from the RFCs' musts is shown with the bytes underlined, how
/// grave it is, and how receivers commonly react.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Texts with messages in them, or captures; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: LintFormat,

    /// Exit with status 1 when a fault is at least this grave
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,

    /// When to use colours in the text form
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colour,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy lint message.txt
  pbpaste | sipwhy lint -
  sipwhy lint --fail-on warning trunk.pcap
  sipwhy lint --format json message.txt | jq -r 'select(.kind == \"lint\") | .check'";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LintFormat {
    /// For people: each fault with its bytes underlined.
    Text,
    /// One JSON record a line; see `sipwhy schema`.
    Json,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.files.len() <= usize::from(u16::MAX),
        "more than {} files; give fewer at a time",
        u16::MAX
    );
    let names = args.files.iter().map(|path| match path.as_os_str() == "-" {
        true => "standard input".into(),
        false => path.to_string_lossy(),
    });
    let mut found = Found {
        lints: Lints::new(Inputs::new(names)),
        is_incomplete: false,
    };
    for (file, path) in (0..).zip(&args.files) {
        let before = found.lints.messages();
        if let Err(fault) = found.file(path, file) {
            found.is_incomplete = true;
            complain(&fault.to_string());
        } else if found.lints.messages() == before {
            found.is_incomplete = true;
            complain(&format!("{}: no SIP message found in it", path.display()));
        }
    }
    if found.lints.messages() > 0 {
        let page = match args.format {
            LintFormat::Text => found.lints.text(args.color.layout()),
            LintFormat::Json => found.lints.json(),
        };
        standard_output::print(&page)?;
    }
    Ok(if found.is_incomplete {
        Outcome::Wrong
    } else if found.is_at_least(args.fail_on) {
        Outcome::Findings
    } else {
        Outcome::Fine
    })
}

/// The faults found, in captures and in texts.
struct Found {
    lints: Lints,
    is_incomplete: bool,
}

impl Found {
    fn is_at_least(&self, fail_on: FailOn) -> bool {
        let least = match fail_on {
            FailOn::Note => Severity::Note,
            FailOn::Warning => Severity::Warning,
            FailOn::Error => Severity::Error,
            FailOn::Never => return false,
        };
        self.lints.worst().is_some_and(|worst| worst >= least)
    }

    /// Reads one input, whatever it is.
    fn file(&mut self, path: &Path, file: u16) -> Result<(), ReadError> {
        if path.as_os_str() == "-" {
            return self.source(Box::new(std::io::stdin()), "standard input", file);
        }
        // Asks for what can be wrong with a path, in the words of the other verbs.
        match Reader::open(path, file) {
            Ok(reader) => self.capture(reader),
            Err(fault) if is_no_capture(&fault) => match File::open(path) {
                Ok(source) => self.source(Box::new(source), &path.to_string_lossy(), file),
                Err(_) => Err(fault),
            },
            Err(fault) => Err(fault),
        }
    }

    fn source(
        &mut self,
        mut source: Box<dyn Read + Send>,
        name: &str,
        file: u16,
    ) -> Result<(), ReadError> {
        let mut beginning = Vec::new();
        // A source that fails here fails again below, where it is told.
        let _ = source.by_ref().take(BEGINNING).read_to_end(&mut beginning);
        match Reader::from_reader(Cursor::new(beginning.clone()), name, file) {
            Err(fault) if is_no_capture(&fault) => {}
            _ => {
                let whole = Cursor::new(beginning).chain(source);
                return self.capture(Reader::from_reader(whole, name, file)?);
            }
        }
        let mut text = beginning;
        let rest = source.take(LONGEST_TEXT).read_to_end(&mut text);
        if let Err(fault) = rest {
            self.is_incomplete = true;
            complain(&format!("{name}: cannot be read: {fault}"));
        }
        for pasted in pasted::messages(&text) {
            self.pasted(&pasted, file);
        }
        Ok(())
    }

    fn capture(&mut self, mut reader: Reader) -> Result<(), ReadError> {
        let mut pipeline = Pipeline::new(pipeline_config(Ports::any(), Settings::default()));
        while let Some(item) = reader.next_item()? {
            match item {
                Item::Frame(frame) => pipeline.frame(&frame, self),
                other => take_aside(&mut pipeline, &other),
            }
        }
        pipeline.finish(self);
        Ok(())
    }

    /// Lints a message from a text, and those that follow it where it says that it ends.
    fn pasted(&mut self, pasted: &Pasted, file: u16) {
        let mut scanner = Scanner::new();
        let mut rest = pasted.bytes.as_slice();
        let mut line = pasted.line;
        for remark in &pasted.remarks {
            self.lints.remark(LintPlace::Text { file, line }, remark);
        }
        loop {
            let place = LintPlace::Text { file, line };
            let message = scanner.scan(rest);
            let mut report = lint(&message, Setting::default());
            if !pasted.remarks.is_empty() {
                forgive_lengths(&mut report);
            }
            self.lints.add(place, &message, &report);
            let next = message.trailing();
            if next.is_empty() || !looks_like_sip(next) {
                break;
            }
            let next = skip_line_ends(next);
            let before = rest.get(..rest.len() - next.len()).unwrap_or_default();
            line += before.iter().filter(|&&byte| byte == b'\n').count() as u64;
            rest = next;
        }
    }
}

/// A text lost line ends and white space, so that its length is no longer the message's.
fn forgive_lengths(report: &mut sipwhy_lint::Report) {
    for finding in &mut report.findings {
        if finding.check.id.starts_with("content-length-too-") {
            finding.severity = Severity::Note;
            finding.says.push_str(", maybe only in this copy");
        }
    }
}

fn is_no_capture(fault: &ReadError) -> bool {
    matches!(
        fault,
        ReadError::Open {
            reason: OpenError::NotACapture(_) | OpenError::HeaderCut { .. },
            ..
        }
    )
}

impl Observer for Found {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        if observed.seen.part == Part::Copy {
            return;
        }
        let captured = observed.captured;
        let setting = Setting {
            transport: match captured.flow.transport {
                sipwhy_packet::Transport::Tcp | sipwhy_packet::Transport::Tls => Transport::Stream,
                // A WebSocket and SCTP keep messages apart, as datagrams do.
                _ => Transport::Datagram,
            },
            is_cut: captured.missing > 0,
        };
        let place = LintPlace::Packet {
            frame: captured.last_frame,
            time: captured.time,
            flow: captured.flow,
        };
        let report = lint(&observed.message, setting);
        self.lints.add(place, &observed.message, &report);
    }

    fn annotation(&mut self, _: &Annotation) {}
}
