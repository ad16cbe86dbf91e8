//! The command line: every verb, and what stands above them.

use clap::{Parser, Subcommand};

use crate::exit::Outcome;
use crate::verbs::{
    check, compare, completions, diff, explain, lint, live, man, read, rules, schema, site, tail,
};

/// Explains the SIP responses on the wire: which call fails, where, why, and what to do.
#[derive(Debug, Parser)]
#[command(name = "sipwhy", version, after_long_help = EXAMPLES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy read call.pcap                 what is wrong in this capture, and why
  sudo sipwhy live -i eth0              follow an interface, each message explained
  sipwhy tail calls.log                 follow the log that live --log writes
  sipwhy check lab/*.pcap               for CI: exit 1 when something fails
  sipwhy diff good.pcap bad.pcap        where two recordings of one scenario part
  sipwhy lint message.txt               what is wrong with the form of a message
  sipwhy explain 305                    what a response code means
  sipwhy compare 100 305                two response codes side by side

Exit status: 0 nothing to fail on; 1 findings at or above --fail-on, or recordings that differ;
2 the input or the call of sipwhy was wrong, or a capture could not be read to its end.

SIPWHY_LOG=debug shows sipwhy's own diagnostics on standard error.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Read(read::Args),
    Live(Box<live::Args>),
    Tail(tail::Args),
    Check(check::Args),
    Diff(diff::Args),
    Lint(lint::Args),
    Explain(explain::Args),
    Compare(compare::Args),
    Rules(rules::Args),
    Site(site::Args),
    Schema(schema::Args),
    #[command(hide = true)]
    Completions(completions::Args),
    #[command(hide = true)]
    Man(man::Args),
}

impl Verb {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Read(args) => read::run(&args),
            Self::Live(args) => live::run(&args),
            Self::Tail(args) => tail::run(&args),
            Self::Check(args) => check::run(&args),
            Self::Diff(args) => diff::run(&args),
            Self::Lint(args) => lint::run(&args),
            Self::Explain(args) => explain::run(&args),
            Self::Compare(args) => compare::run(&args),
            Self::Rules(args) => rules::run(&args),
            Self::Site(args) => site::run(&args),
            Self::Schema(args) => schema::run(&args),
            Self::Completions(args) => completions::run(&args),
            Self::Man(args) => man::run(&args),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
