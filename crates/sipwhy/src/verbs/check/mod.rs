//! `sipwhy check`: checks captures in CI.

mod baseline_file;
mod captures;
mod destinations;
mod drafts;
mod expectations;
mod levels;
mod one;
mod whole_file;
mod workers;

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use sipwhy_check::{CaptureResult, Checked, Judge, Status, Target, Threshold};
use sipwhy_pipeline::Pipeline;
use sipwhy_report::{HtmlParts, With};

use crate::exit::{Outcome, complain};
use crate::inputs::InputOptions;
use crate::options::{Extra, FailOn, PortOptions, pipeline_config};
use crate::progress::ProgressOptions;
use crate::redaction::RedactOptions;
use crate::selection::FilterOptions;
use crate::settings::SettingsOptions;
use crate::terminal::Colour;
use baseline_file::BaselineFile;
use captures::{Capture, Found};
use destinations::Destinations;
use expectations::Book;
pub(crate) use expectations::is_expectations;
use levels::LevelOptions;
use one::{Examined, Examiner};

/// Check captures in CI: quiet when all is well, exit status 1 when something fails
///
/// Each capture is checked by itself; a directory stands for all captures in it and below it. The
/// formats that CI systems read are written to files, several in one run. docs/check.md has
/// examples for GitHub and GitLab.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(mut_arg("recursive", |arg| arg.hide(true)))]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: InputOptions,

    /// Take all captures for one, as rotated files of one recording are
    #[arg(long)]
    merge: bool,

    /// Exit with status 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,

    #[command(flatten)]
    levels: LevelOptions,

    /// Findings that are known: they do not fail, others do, and those that are gone are named
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Make what is found now the known findings, and write them to the file of --baseline
    #[arg(long, requires = "baseline")]
    update_baseline: bool,

    /// What must hold of the captures, in TOML: calls, outcomes, ladders, timings, routes, codecs,
    /// rules. Without it, CAPTURE.expect.toml beside each capture and sipwhy-expect.toml in the
    /// directories; an empty name reads none
    #[arg(long, value_name = "FILE")]
    expect: Vec<OsString>,

    /// Draft a file of expectations beside each capture, from what it holds
    #[arg(long, conflicts_with = "expect")]
    write_expectations: bool,

    /// With --write-expectations: replace files that are there
    #[arg(long, requires = "write_expectations")]
    force: bool,

    /// A form of the report, and the file it goes to: text, json, junit, sarif, github, markdown,
    /// gitlab, tap or html. Several may be given; one of them may go to standard output
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "text")]
    formats: Vec<Target>,

    /// Records to add to the JSON form, separated by commas
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    with: Vec<Extra>,

    /// When to use colours in the text form
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colour,

    #[command(flatten)]
    redaction: RedactOptions,

    /// How many captures are read at a time; by default as many as there are processors
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    ports: PortOptions,

    #[command(flatten)]
    settings: SettingsOptions,

    #[command(flatten)]
    filters: FilterOptions,

    #[command(flatten)]
    progress: ProgressOptions,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy check lab
  sipwhy check --fail-on warning --allow late-first-response lab
  sipwhy check --deny trying-forwarded call.pcap
  sipwhy check --baseline lab.toml --update-baseline lab
  sipwhy check --baseline lab.toml --format text --format junit=report.xml lab
  sipwhy check --format github --format markdown=\"$GITHUB_STEP_SUMMARY\" lab
  sipwhy check --write-expectations lab/busy.pcap
  sipwhy check --expect lab.expect.toml lab
  sipwhy check --merge rotated-*.pcap
  sipwhy check --format json call.pcap > findings.json";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut settings = args.settings.load()?;
    args.levels.apply(&mut settings.policy)?;
    let key = args.redaction.key()?;
    anyhow::ensure!(
        args.baseline.is_none() || args.redaction.is_lasting(),
        "--redact has other stand-ins each time, which no --baseline knows; give it a --redact-key"
    );
    let filter = args.filters.filter_with(key)?;
    anyhow::ensure!(
        filter.is_everything() || !args.update_baseline,
        "--update-baseline takes in all findings; leave the filters out"
    );
    anyhow::ensure!(
        filter.is_everything() || !args.write_expectations,
        "--write-expectations takes in all findings; leave the filters out"
    );
    let baseline = match &args.baseline {
        Some(path) => Some(BaselineFile::read(path, args.update_baseline)?),
        None => None,
    };
    let threshold = Threshold(args.fail_on.severity());
    let judge = Judge {
        threshold,
        baseline: baseline.as_ref().map(|file| &file.known),
        accepts_all: args.update_baseline,
        sees_all: filter.is_everything() && !args.update_baseline,
    };
    let config = pipeline_config(args.ports.of_file(), settings);
    let key_log = args
        .inputs
        .key_log
        .read(&mut Pipeline::new(config.clone()))?;

    let found = Found::seek(args.inputs.named(), args.merge)?;
    let named = args.inputs.named();
    let book = if args.write_expectations {
        drafts::look(&found, args.merge, args.force)?;
        Book::default()
    } else {
        Book::open(&args.expect, &found, named, args.merge)?
    };
    // They say what they expect, in the names that are not to be told.
    anyhow::ensure!(
        key.is_none() || book.is_empty() && !args.write_expectations,
        "--redact replaces what expectations name; leave them out with --expect ''"
    );
    let mut apart = found.faulty();
    apart.extend(book.missing(&found, named));
    let destinations = Destinations::open(&args.formats, args.color, &found)?;
    let with = With {
        messages: args.with.contains(&Extra::Messages),
        calls: args.with.contains(&Extra::Calls),
    };
    // Records of messages are as long as the captures: they are not held in memory.
    let jobs = match (args.jobs, with.messages) {
        (_, true) => 1,
        (Some(jobs), _) => jobs.get(),
        (None, _) => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
    };
    let records = destinations.records();
    let paths = found.captures.iter().flat_map(|capture| &capture.paths);
    let progress = args.progress.begin(paths);
    let examiner = Examiner {
        config,
        key_log,
        key,
        filter,
        with,
        judge,
        book: &book,
        drafts: args.write_expectations,
        gauge: progress.gauge().clone(),
        page: destinations.has_page(),
    };
    let mut parts = HtmlParts::default();
    let mut drafted = Vec::new();
    let mut checked = Checked {
        threshold,
        has_baseline: baseline.is_some(),
        captures: apart.clone(),
    };
    let take = |examined: Examined| {
        if let Some(output) = records {
            output.put(&examined.records);
            examined.result.record(threshold).write(output);
        }
        drafted.push(examined.draft);
        examined.part.into_iter().for_each(|part| parts.add(part));
        checked.captures.push(examined.result);
    };
    if jobs == 1 {
        // Straight to where it goes, so that nothing is held.
        let all = found.captures.iter();
        all.map(|it| examiner.examine(it, records)).for_each(take);
    } else {
        let examine = |capture: &Capture| examiner.examine_apart(capture, records.is_some());
        workers::run_in_order(&found.captures, jobs, examine, take);
    }
    drop(progress);
    if let Some(output) = records {
        for capture in apart {
            capture.record(threshold).write(output);
        }
    }
    checked
        .captures
        .sort_by(|one, other| one.name.cmp(&other.name));
    if destinations.has_page() {
        let unmet = checked
            .captures
            .iter()
            .flat_map(CaptureResult::unmet_of_page);
        unmet.for_each(|it| parts.add_unmet(&it));
        destinations.put_page(&parts.page());
    }
    destinations.write(&checked)?;
    if args.write_expectations {
        drafts::write(&found.captures, &drafted)?;
    }
    say(&checked, &examiner.judge);
    if let Some(file) = &baseline
        && args.update_baseline
    {
        file.write(&file.known.updated(&checked, is_there))?;
    }
    Ok(match checked.status() {
        Status::Fine => Outcome::Fine,
        Status::Findings => Outcome::Findings,
        Status::Unreadable => Outcome::Wrong,
    })
}

/// Says on standard error what concerns the captures and not the calls in them.
fn say(checked: &Checked, judge: &Judge<'_>) {
    for capture in &checked.captures {
        for fault in &capture.unreadable {
            complain(fault);
        }
    }
    say_gone(checked, judge);
    let empty = checked.captures.iter().filter(|it| it.is_empty());
    let empty: Vec<&CaptureResult> = empty.collect();
    let places = match empty.as_slice() {
        [] => return,
        [one] => one.name.clone(),
        [first, ..] => format!("{} captures, the first of them {}", empty.len(), first.name),
    };
    // A capture of the wrong port would pass unnoticed for ever.
    complain(&format!(
        "no SIP messages found in {places}, so nothing was checked there; --port any finds them \
         anywhere"
    ));
}

fn say_gone(checked: &Checked, judge: &Judge<'_>) {
    let (Some(baseline), true) = (judge.baseline, judge.sees_all) else {
        return;
    };
    for capture in &checked.captures {
        for gone in &capture.gone {
            let times = match gone.count {
                1 => String::new(),
                count => format!(" ({count} of them)"),
            };
            let (name, words) = (&capture.name, gone.subject.words());
            complain(&format!(
                "{name}: gone, though the baseline has it: {words}{times}; --update-baseline \
                 takes it out"
            ));
        }
    }
    for name in baseline.captures() {
        let is_checked = checked.captures.iter().any(|it| it.name == name);
        if !is_checked && !is_there(name) {
            complain(&format!(
                "{name}: gone, though the baseline has findings of it; --update-baseline takes \
                 them out"
            ));
        }
    }
}

/// Whether a capture that is known by its name still exists.
fn is_there(name: &str) -> bool {
    Path::new(name).exists()
}
