//! `sipwhy compare`: two response codes side by side.

use anyhow::bail;
use serde_json::json;
use sipwhy_catalogue::{Comparison, Subject, find, suggest};

use crate::exit::Outcome;
use crate::page::{Page, PageOptions};
use crate::verbs::explain::code;

/// Compare two response codes side by side
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A code (100) or its name (trying)
    #[arg(value_name = "A")]
    one: String,

    /// The other
    #[arg(value_name = "B")]
    other: String,

    #[command(flatten)]
    page: PageOptions,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy compare 100 305
  sipwhy compare 401 407
  sipwhy compare 100 305 --format markdown";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let (one, other) = (named(&args.one)?, named(&args.other)?);
    let json = match Comparison::new(one, other) {
        Some(comparison) => json!(comparison),
        None => json!(Subject::of_code(one)),
    };
    args.page.show(&Page {
        document: sipwhy_catalogue::compare(one, other),
        json,
    })?;
    Ok(Outcome::Fine)
}

fn named(what: &str) -> anyhow::Result<u16> {
    if let Some(code) = find(what).map(|entry| entry.code).or_else(|| code(what)) {
        return Ok(code);
    }
    let near = suggest(what, &[]);
    if near.is_empty() {
        bail!("\"{what}\" is no SIP response code; these run from 100 to 699");
    }
    bail!(
        "\"{what}\" is no SIP response code; did you mean {}?",
        near.join(" or ")
    )
}
