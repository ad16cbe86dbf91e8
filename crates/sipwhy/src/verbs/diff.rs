//! `sipwhy diff`: how two recordings of one scenario differ.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use sipwhy_diff::{Comparison, Frames, Ignore, Options, Recorder, Recording, Tolerance, compare};
use sipwhy_pipeline::{Config, Pipeline};
use sipwhy_redact::Key;
use sipwhy_report::{Filter, paint_lines, parse_span};

use crate::exit::{Outcome, complain};
use crate::inputs::KeyLogOptions;
use crate::options::{PortOptions, pipeline_config};
use crate::progress::{Progress, ProgressOptions};
use crate::redaction::{RedactOptions, complain_of_blanks};
use crate::selection::FilterOptions;
use crate::settings::SettingsOptions;
use crate::standard_output;
use crate::terminal::Colour;
use crate::verbs::reading::{Intake, read_out};
use crate::verbs::replay::undecodable;

/// Show how two recordings of one scenario differ: messages, order, headers, timings, findings
///
/// Calls are paired by who calls whom, by their order and by what they are made of; hosts by the
/// part that they play. What is new in every recording is no difference: Call-IDs, tags, branches,
/// ports, addresses, times of day. docs/diff.md says what is compared.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The recording that shows how it should be
    #[arg(value_name = "GOOD")]
    good: PathBuf,

    /// The recording that is compared with it. One of the two may be -, standard input
    #[arg(value_name = "BAD")]
    bad: PathBuf,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// How far two times may lie apart and be the same; more counts if it is more than a quarter
    /// of the longer one, too
    #[arg(long, value_name = "SPAN", default_value = "200ms", value_parser = parse_span)]
    tolerance: Duration,

    /// What not to compare, separated by commas: order, timings, findings, headers, or one header
    /// by its name
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    ignore: Vec<Ignore>,

    /// When to use colours in the text form
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colour,

    #[command(flatten)]
    key_log: KeyLogOptions,

    #[command(flatten)]
    ports: PortOptions,

    #[command(flatten)]
    settings: SettingsOptions,

    #[command(flatten)]
    filters: FilterOptions,

    #[command(flatten)]
    redaction: RedactOptions,

    #[command(flatten)]
    progress: ProgressOptions,
}

/// The form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One JSON object; docs/diff.md describes it.
    Json,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy diff good.pcap bad.pcap
  sipwhy diff --user bob good.pcap bad.pcap
  sipwhy diff --tolerance 1s --ignore user-agent,server good.pcap bad.pcap
  sipwhy diff --format json good.pcap bad.pcap | jq .first_difference

Exit status: 0 the same; 1 there are differences; 2 a recording could not be read to its end.";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let is_input = |path: &Path| path.as_os_str() == "-";
    anyhow::ensure!(
        !(is_input(&args.good) && is_input(&args.bad)),
        "only one of the recordings can be standard input"
    );
    let config = pipeline_config(args.ports.of_file(), args.settings.load()?);
    // The same for both: what is equal in them stays so.
    let key = args.redaction.key()?;
    let filter = args.filters.filter_with(key)?;
    let is_everything = filter.is_everything();
    let key_log = args.key_log.read(&mut Pipeline::new(config.clone()))?;
    let paths = [args.good.clone(), args.bad.clone()];
    let examiner = Examiner {
        config,
        filter,
        key_log,
        key,
        progress: args.progress.begin(&paths),
    };
    let (good, bad) = (examiner.record(&args.good)?, examiner.record(&args.bad)?);
    drop(examiner);
    for (read, path) in [(&good, &args.good), (&bad, &args.bad)] {
        let is_empty = read.recording.calls.is_empty() && read.recording.findings.is_empty();
        anyhow::ensure!(
            !is_empty,
            "{}: {}",
            path.display(),
            match (read.recording.messages, is_everything) {
                (0, _) => "no SIP messages found in it, so there is nothing to compare",
                (_, true) => "no calls in it, so there is nothing to compare",
                (_, false) => "no call in it passes the filters, so there is nothing to compare",
            }
        );
    }
    let options = Options {
        tolerance: Tolerance(args.tolerance),
        ignore: args.ignore.clone(),
    };
    let comparison = compare(&good.recording, &bad.recording, &options);
    let name = |path: &Path| path.to_string_lossy().into_owned();
    let frames = Frames::of(&name(&args.good), &name(&args.bad));
    args.show(&comparison, &frames)?;
    Ok(match comparison.is_same() {
        _ if good.is_incomplete || bad.is_incomplete => Outcome::Wrong,
        true => Outcome::Fine,
        false => Outcome::Findings,
    })
}

impl Args {
    fn show(&self, comparison: &Comparison, frames: &Frames) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Json => sipwhy_diff::json::document(comparison, frames) + "\n",
            Format::Text => {
                let layout = self.color.layout();
                let lines = sipwhy_diff::text::lines(comparison, frames, layout.width);
                paint_lines(lines, layout)
            }
        };
        standard_output::print(&text)
    }
}

/// A recording, as far as it could be read.
struct Read {
    recording: Recording,
    is_incomplete: bool,
}

/// What it takes to read a recording.
struct Examiner {
    config: Config,
    filter: Filter,
    key_log: Option<Vec<u8>>,
    key: Option<Key>,
    progress: Progress,
}

impl Examiner {
    fn record(&self, path: &Path) -> anyhow::Result<Read> {
        let mut pipeline = Pipeline::new(self.config.clone());
        if let Some(key_log) = &self.key_log {
            // It was looked at before any capture was.
            pipeline.secrets(key_log);
        }
        let mut recorder = Recorder::new(self.filter.clone());
        let read = read_out(
            &[path.to_owned()],
            self.progress.gauge(),
            Intake::new(&mut pipeline, self.key),
            &mut recorder,
            |_| false,
        );
        complain_of_blanks(&format!("{}: ", path.display()), read.blanked);
        if read.ends.is_empty() {
            let fault = read.faults.into_iter().next();
            anyhow::bail!(fault.unwrap_or_else(|| format!("{}: cannot be read", path.display())));
        }
        pipeline.finish(&mut recorder);
        let summary = pipeline.summary();
        let link_type = undecodable(&summary).map(|text| format!("{}: {text}", path.display()));
        let faults: Vec<String> = read.faults.into_iter().chain(link_type).collect();
        for fault in &faults {
            complain(fault);
        }
        Ok(Read {
            recording: recorder.finish(&summary),
            is_incomplete: !faults.is_empty(),
        })
    }
}
