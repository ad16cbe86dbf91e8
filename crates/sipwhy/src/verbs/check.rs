//! `sipwhy check`: explains captures in CI.

use sipwhy_report::{Order, Report, Selected, Text};

use crate::exit::{Outcome, complain};
use crate::inputs::InputOptions;
use crate::options::{FailOn, Format, PortOptions, ReportOptions, pipeline_config};
use crate::selection::FilterOptions;
use crate::settings::SettingsOptions;
use crate::standard_output;
use crate::verbs::replay::Replay;

/// Check captures in CI: quiet when all is well, exit status 1 when something fails
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: InputOptions,

    /// Exit with status 1 when a finding is at least this grave; the text form shows only those
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    #[command(flatten)]
    report: ReportOptions,

    #[command(flatten)]
    ports: PortOptions,

    #[command(flatten)]
    settings: SettingsOptions,

    #[command(flatten)]
    filters: FilterOptions,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy check lab/*.pcap
  sipwhy check lab
  sipwhy check --fail-on warning call.pcap
  sipwhy check --format json call.pcap > findings.json";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let config = pipeline_config(args.ports.of_file(), args.settings.load()?);
    let replay = Replay::new(&args.inputs, config)?;
    let inputs = replay.names();
    let report = match (args.format, args.fail_on.severity()) {
        (Format::Text, Some(least)) => {
            let output = standard_output::buffered()?;
            let text = Text::new(output, inputs, args.report.layout(), Order::ByCall);
            Report::Text(text.only(least))
        }
        _ => args.report.report(args.format, inputs, false)?,
    };
    let mut report = Selected::new(report, args.filters.filter()?);
    let replayed = replay.run(&mut report)?;
    if replayed.summary.messages == 0 && !replayed.is_incomplete {
        // A capture of the wrong port would pass unnoticed for ever.
        complain("no SIP messages found, so nothing was checked; --port any finds them anywhere");
    }
    Ok(if replayed.is_incomplete {
        Outcome::Wrong
    } else {
        args.fail_on.outcome(&replayed.summary)
    })
}
