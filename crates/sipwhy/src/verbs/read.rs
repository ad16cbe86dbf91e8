//! `sipwhy read`: explains captures.

use std::path::PathBuf;

use crate::exit::Outcome;
use crate::options::{FailOn, Format, PortOptions, ReportOptions, pipeline_config};
use crate::verbs::replay::{has_standard_input, inputs, replay};

/// Explain captures: what fails in them, where, why, and what to do
///
/// Reads pcap and pcapng files and follows every transaction and call in them. Several files are
/// read in the order given, as one capture.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Capture files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    report: ReportOptions,

    #[command(flatten)]
    ports: PortOptions,

    /// Exit with status 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", default_value = "never")]
    fail_on: FailOn,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy read call.pcap
  sipwhy read --port 5060,5070-5080 trunk.pcapng
  sipwhy read --format json --with messages call.pcap | jq 'select(.code == 305)'
  ssh gateway tcpdump -U -w - port 5060 | sipwhy read --format log -";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    // Text is for the end, when all is known.
    let at_once = args.format != Format::Text && has_standard_input(&args.files);
    let inputs = inputs(&args.files);
    let mut report = args.report.report(args.format, inputs, at_once)?;
    let replayed = replay(
        &args.files,
        pipeline_config(args.ports.of_file()),
        &mut report,
    )?;
    Ok(if replayed.is_incomplete {
        Outcome::Wrong
    } else {
        args.fail_on.outcome(&replayed.summary)
    })
}
