//! `sipwhy tail`: follows a log that `sipwhy live` writes.

mod growing;
mod lines;
mod show;

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use anyhow::Context as _;
use clap::ValueEnum;
use sipwhy_parser::printable;
use sipwhy_report::{LineStyle, Output};

use crate::exit::{Outcome, complain};
use crate::selection::FilterOptions;
use crate::standard_output;
use crate::terminal::Colour;
use crate::verbs::tail::growing::{Growing, Look};
use crate::verbs::tail::show::{Last, Show};

/// How often the log is looked at when it has nothing new.
const LOOK: Duration = Duration::from_millis(100);
/// The most of its last lines that can be asked for.
const MOST_LINES: u32 = 1_000_000;

/// Follow a log that sipwhy live --log writes, across rotation, with colours and filters
///
/// Takes lines of --format log, logfmt and json, told apart one by one. Ends with Ctrl-C, or when
/// nobody reads it any more.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The log; waited for if it is not there yet
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Begin with so many lines of what is there, of those that the filters let through
    #[arg(
        short = 'n',
        long,
        value_name = "NUMBER",
        default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_LINES))
    )]
    lines: u32,

    /// End where the log ends
    #[arg(long)]
    no_follow: bool,

    /// The form of the lines
    #[arg(long, value_name = "FORMAT", default_value = "same")]
    format: Form,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colour,

    #[command(flatten)]
    filters: FilterOptions,
}

/// The form of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// As they are.
    Same,
    /// As --format log writes them.
    Log,
    /// As --format logfmt writes them.
    Logfmt,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy tail /var/log/sipwhy/calls.log
  sipwhy tail --severity warning /var/log/sipwhy/calls.log
  sipwhy tail -n 1000 --no-follow --where 'code == 5xx and address == 10.0.0.0/8' calls.log
  sipwhy tail --format log calls.json | grep 305";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let name = args.file.to_string_lossy();
    let name = printable(name.as_bytes());
    let filter = args.filters.filter()?;
    let style = match args.format {
        Form::Same => LineStyle::Same,
        Form::Log => LineStyle::Log,
        Form::Logfmt => LineStyle::Logfmt,
    };
    let show = Show::new(filter, style, args.color.layout().colour);
    let mut tail = Tail {
        log: Growing::open(&args.file).with_context(|| format!("{name}: cannot be read"))?,
        show,
        output: standard_output::at_once()?,
    };
    if !tail.log.is_there() {
        anyhow::ensure!(!args.no_follow, "{name}: there is no such file");
        complain(&format!("{name} is not there yet, waiting for it"));
    }
    tail.run(args)
        .with_context(|| format!("{name}: cannot be read on"))?;
    match tail.output.fault() {
        Some(fault) => anyhow::bail!("cannot write to standard output: {fault}"),
        None => Ok(Outcome::Fine),
    }
}

/// A log on its way to standard output.
struct Tail {
    log: Growing,
    show: Show,
    output: Output,
}

impl Tail {
    fn run(&mut self, args: &Args) -> anyhow::Result<()> {
        self.begin(args.lines as usize)?;
        if args.no_follow {
            self.log.end(&mut |line| self.show.line(line));
            return self.put();
        }
        loop {
            let look = self.log.read(&mut |line| self.show.line(line))?;
            self.put()?;
            if self.output.is_over() {
                return Ok(());
            }
            match look {
                Look::Some => {}
                Look::CutOff => complain("the log was cut off; goes on with what is there"),
                Look::Nothing => sleep(LOOK),
            }
        }
    }

    /// Shows the last lines of what is there.
    fn begin(&mut self, count: usize) -> anyhow::Result<()> {
        if self.show.is_everything() {
            self.log.skip_to_last(count)?;
            while self.log.read(&mut |line| self.show.line(line))? == Look::Some {
                self.put()?;
            }
            return Ok(());
        }
        // What the lines before say of a call, its findings are chosen by.
        let mut last = Last::new(count);
        while self.log.read(&mut |line| last.line(&mut self.show, line))? == Look::Some {}
        last.end(&mut self.show);
        self.put()
    }

    fn put(&mut self) -> anyhow::Result<()> {
        let ready = self.show.take().map_err(anyhow::Error::msg)?;
        if !ready.is_empty() {
            self.output.put(ready.as_bytes());
        }
        Ok(())
    }
}
