//! `sipwhy-floor FILE`: walks a capture once and prints what it met, as JSON.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;

/// The floor that analyzers are measured against.
#[derive(Parser)]
struct Arguments {
    /// A classic pcap file.
    file: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let Arguments { file } = Arguments::parse();
    let input = File::open(&file).with_context(|| format!("opening {}", file.display()))?;
    let floor = sipwhy_bench::floor::walk(input).with_context(|| file.display().to_string())?;
    println!("{}", serde_json::to_string(&floor)?);
    Ok(())
}
