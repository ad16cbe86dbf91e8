//! `sipwhy rules`: every rule, and the settings in force.

use clap::ValueEnum;
use serde_json::{Value, json};
use sipwhy_annotator::{Info, Measure, Network, RULES, THRESHOLDS, Thresholds, Verdict};

use crate::exit::Outcome;
use crate::settings::{Settings, SettingsOptions, in_words};
use crate::standard_output;

/// List every rule with its severity, and the settings in force
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The form of the list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,

    #[command(flatten)]
    settings: SettingsOptions,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy rules
  sipwhy rules --config lab.toml
  sipwhy rules --format json | jq -r 'select(.kind == \"rule\").id'";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A line for each rule, and the settings below.
    Text,
    /// A JSON object a line: each rule, and at the end the settings.
    Json,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let settings = args.settings.load()?;
    standard_output::print(&match args.format {
        ListFormat::Text => text(&settings),
        ListFormat::Json => json_lines(&settings),
    })?;
    Ok(Outcome::Fine)
}

/// The severity of the plain case of a rule under these settings.
fn severity(info: &Info, settings: &Settings) -> &'static str {
    let policy = &settings.policy;
    let chosen = policy.severity(info.id, info.severity, Verdict::Confirmed);
    chosen.as_str()
}

fn names(networks: &[Network]) -> Vec<String> {
    networks.iter().map(ToString::to_string).collect()
}

fn numbers(settings: &Settings) -> Vec<String> {
    let numbers = settings.watched_numbers.iter();
    numbers.map(ToString::to_string).collect()
}

fn text(settings: &Settings) -> String {
    let mut text = String::new();
    let widest = RULES.iter().map(|rule| rule.info().id.len()).max();
    let widest = widest.unwrap_or(0);
    for info in RULES.iter().map(|rule| rule.info()) {
        let severity = match settings.policy.is_on(info.id) {
            true => severity(info, settings),
            false => "off",
        };
        text.push_str(&format!(
            "{:widest$}  {severity:7}  {}\n",
            info.id, info.summary
        ));
    }
    let origin = settings.file.as_ref().map_or_else(
        || "the defaults; docs/configuration.md tells how to change them".to_owned(),
        |file| sipwhy_parser::printable(file.to_string_lossy().as_bytes()).into_owned(),
    );
    text.push_str(&format!("\nSettings: {origin}\n"));
    let usual = Thresholds::default();
    for threshold in THRESHOLDS {
        let value = threshold.get(&settings.thresholds);
        let remark = match threshold.get(&usual) {
            usual if usual == value => String::new(),
            usual => format!("  (by default {})", in_words(usual)),
        };
        let value = in_words(value);
        text.push_str(&format!("  {:widest$}  {value}{remark}\n", threshold.name));
    }
    for (name, networks) in [
        ("trusted", &settings.trusted),
        ("proxies", &settings.proxies),
    ] {
        if !networks.is_empty() {
            let networks = names(networks).join(", ");
            text.push_str(&format!("  {name:widest$}  {networks}\n"));
        }
    }
    if !settings.watched_numbers.is_empty() {
        let numbers = numbers(settings).join(", ");
        text.push_str(&format!("  {:widest$}  {numbers}\n", "watched"));
    }
    for exception in &settings.policy.exceptions {
        let off: Vec<&str> = exception.off.iter().map(String::as_str).collect();
        let peers = exception.peers.to_string();
        text.push_str(&format!(
            "  {:widest$}  not {}\n",
            format!("peer {peers}"),
            off.join(", ")
        ));
    }
    text
}

fn json_lines(settings: &Settings) -> String {
    let rules = RULES.iter().map(|rule| {
        let info = rule.info();
        json!({
            "kind": "rule",
            "id": info.id,
            "severity": severity(info, settings),
            "default_severity": info.severity.as_str(),
            "enabled": settings.policy.is_on(info.id),
            "summary": info.summary,
            "references": info.references,
        })
    });
    let thresholds = THRESHOLDS.iter().map(|threshold| {
        let value = match threshold.get(&settings.thresholds) {
            Measure::Count(count) => json!(count),
            time => json!(in_words(time)),
        };
        (threshold.name.to_owned(), value)
    });
    let peers = settings.policy.exceptions.iter();
    let all = json!({
        "kind": "settings",
        "file": settings.file,
        "thresholds": thresholds.collect::<serde_json::Map<String, Value>>(),
        "trusted": names(&settings.trusted),
        "proxies": names(&settings.proxies),
        "watched": numbers(settings),
        "peers": peers.map(|it| json!({ "address": it.peers.to_string(), "off": it.off })).collect::<Vec<_>>(),
    });
    rules
        .chain([all])
        .map(|record| format!("{record}\n"))
        .collect()
}
