//! `sipwhy rules`: every rule.

use clap::ValueEnum;
use sipwhy_annotator::RULES;

use crate::exit::Outcome;
use crate::standard_output;

/// List every rule with its default severity
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The form of the list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy rules
  sipwhy rules --format json | jq -r .id";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A line for each rule.
    Text,
    /// A JSON object a line, for each rule.
    Json,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut text = String::new();
    let widest = RULES.iter().map(|rule| rule.info().id.len()).max();
    let widest = widest.unwrap_or(0);
    for info in RULES.iter().map(|rule| rule.info()) {
        let severity = info.severity.as_str();
        let line = match args.format {
            ListFormat::Text => {
                format!("{:widest$}  {severity:7}  {}\n", info.id, info.summary)
            }
            ListFormat::Json => {
                let record = serde_json::json!({
                    "id": info.id,
                    "severity": severity,
                    "summary": info.summary,
                    "references": info.references,
                });
                format!("{record}\n")
            }
        };
        text.push_str(&line);
    }
    standard_output::print(&text)?;
    Ok(Outcome::Fine)
}
