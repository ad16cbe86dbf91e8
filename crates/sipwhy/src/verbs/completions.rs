//! `sipwhy completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Outcome;
use crate::standard_output;

/// Print a shell's completion script
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  sipwhy completions bash > ~/.local/share/bash-completion/completions/sipwhy"
)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sipwhy", &mut script);
    standard_output::print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Fine)
}
