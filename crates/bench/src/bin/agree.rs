//! `sipwhy-agree TRUTH REPORT`: checks the summary in a `sipwhy read --format json` report against
//! the generator's truth line.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Parser;
use serde_json::Value;
use sipwhy_bench::agree::differences;

/// Compares what sipwhy counted with what was generated.
#[derive(Parser)]
struct Arguments {
    /// What `sipwhy-gen` printed.
    truth: PathBuf,
    /// What `sipwhy read --format json` printed.
    report: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let truth = std::fs::read_to_string(&arguments.truth)
        .with_context(|| format!("reading {}", arguments.truth.display()))?;
    let truth: Value = serde_json::from_str(&truth)
        .with_context(|| format!("{} is not a truth line", arguments.truth.display()))?;
    let found = differences(&truth, &summary(&arguments.report)?);
    for line in &found {
        println!("differs: {line}");
    }
    if found.is_empty() {
        println!("sipwhy's counts agree with what was generated");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// The summary record: the last one of its kind, among any number of annotations.
fn summary(report: &Path) -> anyhow::Result<Value> {
    let file = File::open(report).with_context(|| format!("opening {}", report.display()))?;
    let mut last = None;
    for line in BufReader::new(file).lines() {
        let line = line.with_context(|| format!("reading {}", report.display()))?;
        // Annotations can be many; only a line that may be the summary is worth parsing.
        if line.contains("\"summary\"") {
            let record: Value = serde_json::from_str(&line)
                .with_context(|| format!("{}: not a JSON record: {line}", report.display()))?;
            if record["kind"] == "summary" {
                last = Some(record);
            }
        }
    }
    let Some(summary) = last else {
        bail!("{} holds no summary record", report.display())
    };
    Ok(summary)
}
