//! `sipwhy schema`: the schema of the JSON form.

use crate::exit::Outcome;
use crate::standard_output;

/// Print the JSON Schema of the records of --format json
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  sipwhy schema > sipwhy-v1.schema.json")]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args) -> anyhow::Result<Outcome> {
    standard_output::print(&sipwhy_report::schema())?;
    Ok(Outcome::Fine)
}
