//! `sipwhy`: explains the SIP responses on the wire.
//!
//! Each verb is a module under [`verbs`]; what several of them share is beside it. A verb returns
//! an [`exit::Outcome`], or an error that becomes one line on standard error and exit status 2.

mod amounts;
mod cli;
mod diagnostics;
mod exit;
mod exports;
mod growing_key_log;
mod inputs;
mod log_file;
mod metrics;
mod options;
mod page;
mod pasted;
mod progress;
mod redaction;
mod selection;
mod session_secrets;
mod settings;
mod standard_output;
mod terminal;
mod verbs;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    diagnostics::start();
    match cli.verb.run() {
        Ok(outcome) => outcome.into(),
        Err(error) => {
            exit::complain(&format!("{error:#}"));
            exit::Outcome::Wrong.into()
        }
    }
}
