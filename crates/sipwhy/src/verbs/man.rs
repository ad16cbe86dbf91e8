//! `sipwhy man`: the manual pages.

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use crate::cli::Cli;
use crate::exit::Outcome;
use crate::standard_output;

/// Print the manual page of sipwhy, or of one of its verbs
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  sipwhy man > sipwhy.1\n  sipwhy man read > sipwhy-read.1")]
pub(crate) struct Args {
    /// The verb
    #[arg(value_name = "VERB")]
    verb: Option<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut whole = Cli::command();
    whole.build();
    let command: Command = match &args.verb {
        None => whole,
        Some(verb) => {
            let found = whole.find_subcommand(verb);
            let found = found.ok_or_else(|| anyhow::anyhow!("there is no verb \"{verb}\""))?;
            found.clone()
        }
    };
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    standard_output::print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Fine)
}
