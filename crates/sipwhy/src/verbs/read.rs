//! `sipwhy read`: explains captures.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use sipwhy_report::Selected;

use crate::exit::Outcome;
use crate::exports::{ExportOptions, Exported, WhenFull};
use crate::inputs::InputOptions;
use crate::options::{FailOn, Format, PortOptions, ReportOptions, pipeline_config};
use crate::progress::ProgressOptions;
use crate::redaction::RedactOptions;
use crate::selection::FilterOptions;
use crate::session_secrets::SessionSecrets;
use crate::settings::SettingsOptions;
use crate::verbs::annotated::{Annotated, complain_of_gaps};
use crate::verbs::follow::follow;
use crate::verbs::replay::Replay;

/// Explain captures: what fails in them, where, why, and what to do
///
/// Reads pcap and pcapng files, also compressed ones (gzip, zstd, xz, lz4), and follows every
/// transaction and call in them. Several files are one capture, whatever their order: frames are
/// taken in the order of their times. A directory stands for the captures in it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: InputOptions,

    /// Follow one file as it is written, until Ctrl-C; one that takes its name is read on. Let its
    /// writer write at once (tcpdump -U)
    #[arg(long)]
    follow: bool,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Also write the packets to a pcapng file, with the findings as comments that Wireshark shows
    /// (frame.comment). With filters, only the packets of the calls that they show
    #[arg(long, value_name = "FILE", conflicts_with = "follow")]
    write_pcapng: Option<PathBuf>,

    #[command(flatten)]
    redaction: RedactOptions,

    #[command(flatten)]
    report: ReportOptions,

    #[command(flatten)]
    ports: PortOptions,

    #[command(flatten)]
    settings: SettingsOptions,

    #[command(flatten)]
    filters: FilterOptions,

    #[command(flatten)]
    exports: ExportOptions,

    #[command(flatten)]
    progress: ProgressOptions,

    /// Exit with status 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", default_value = "never")]
    fail_on: FailOn,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy read call.pcap
  sipwhy read --port 5060,5070-5080 trunk.pcapng
  sipwhy read --format json --with messages call.pcap | jq 'select(.code == 305)'
  sipwhy read --format flow --call-id 'a84b4c@pc33' call.pcap
  sipwhy read --format html trunk.pcap > report.html
  sipwhy read trunk.pcap.gz /var/captures/today
  sipwhy read --keylog keys.txt tls.pcap
  sipwhy read --call-id 3c26@10.0.0.5 --write-pcapng one-call.pcapng trunk.pcap
  sipwhy read --redact --write-pcapng to-share.pcapng call.pcap > report.txt
  sipwhy read --hep-out tcp:homer.example.org:9060 yesterday.pcap.gz
  sipwhy read --follow --format log /var/captures/now.pcap
  ssh gateway tcpdump -U -w - port 5060 | sipwhy read --format log -";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let exports = args.exports.open()?;
    let mut config = pipeline_config(args.ports.of_file(), args.settings.load()?);
    config.annotator.tells_ends = exports.wants_ends();
    if args.follow {
        config.packet.collectors = exports.collectors();
    }
    let key = args.redaction.key()?;
    anyhow::ensure!(
        key.is_none() || !args.follow,
        "--redact waits for messages to be whole, which --follow does not; read the file when it is"
    );
    let mut replay = Replay::new(&args.inputs, config, key)?;
    let paths = replay.paths().to_vec();
    let annotated = match &args.write_pcapng {
        Some(path) => Some(begin_annotated(path, args, &mut replay)?),
        None => None,
    };
    let when_full = if args.follow {
        WhenFull::Lose
    } else {
        WhenFull::Wait
    };
    replay.send_to(exports.start(&replay.names(), when_full)?);
    // Text is for the end, when all is known.
    let is_growing = args.follow || args.inputs.has_standard_input();
    let at_once = args.follow || args.format != Format::Text && is_growing;
    let report = args.report.report(args.format, replay.names(), at_once)?;
    let mut report = Selected::new(report, args.filters.filter_with(key)?);
    if annotated.is_some() {
        report = report.with_packets();
    }
    let replayed = if args.follow {
        let file = args.inputs.only_file();
        let file = file.context("--follow takes one file; standard input is followed as it is")?;
        let (pipeline, mut exports) = replay.into_parts();
        let mut told = Exported {
            report: &mut report,
            exports: &mut exports,
        };
        follow(file, pipeline, &mut told)?
    } else {
        let progress = args.progress.begin(&paths);
        replay.run(&mut report, progress)?
    };
    if let (Some(annotated), Some(packets)) = (annotated, report.take_packets()) {
        let secrets = replayed.secrets.unwrap_or_default();
        complain_of_gaps(&packets, secrets.left_out);
        let frames = replayed.summary.packet.frames;
        annotated.write(&paths, frames, &packets, secrets, key)?;
    }
    Ok(if replayed.is_incomplete {
        Outcome::Wrong
    } else {
        args.fail_on.outcome(&replayed.summary)
    })
}

/// Makes ready to write an annotated capture: what it takes is gathered as the captures are read.
fn begin_annotated(path: &Path, args: &Args, replay: &mut Replay) -> anyhow::Result<Annotated> {
    anyhow::ensure!(
        !args.inputs.has_standard_input(),
        "--write-pcapng reads captures twice, which standard input does not allow; save it to a \
         file"
    );
    let annotated = Annotated::begin(path, replay.paths())?;
    let mut secrets = SessionSecrets::default();
    if let Some(text) = replay.take_key_log() {
        secrets.add(&text);
    }
    replay.keep_secrets(secrets);
    Ok(annotated)
}
