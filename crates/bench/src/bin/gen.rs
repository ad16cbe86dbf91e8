//! `sipwhy-gen --out FILE`: writes a large realistic capture and prints what is in it, as JSON.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use sipwhy_bench::people::Transport;
use sipwhy_bench::world::{Amount, Plan, generate};

/// Writes a capture of a busy SIP network. The same arguments give the same bytes.
#[derive(Parser)]
struct Arguments {
    /// Where to write the capture (classic pcap, microseconds, Ethernet).
    #[arg(long)]
    out: PathBuf,
    /// About how many SIP messages; calls that have begun are finished.
    #[arg(long, default_value_t = 100_000, conflicts_with = "bytes")]
    messages: u64,
    /// About how many bytes instead.
    #[arg(long)]
    bytes: Option<u64>,
    /// What all random choices are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What carries SIP.
    #[arg(long, value_enum, default_value_t = Transport::Udp)]
    transport: Transport,
    /// Calls that begin in a second.
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
    /// How many subscribers there are; 60 for each call a second unless told.
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    subscribers: Option<u32>,
    /// Where to write the key log of a capture with TLS (NSS's format).
    #[arg(long)]
    keylog: Option<PathBuf>,
    /// The share of voice (RTP) in all bytes, from 0 to 0.99.
    #[arg(long, default_value_t = 0.0)]
    media: f64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if !(arguments.rate.is_finite() && arguments.rate >= 0.1) {
        anyhow::bail!("--rate must be at least 0.1");
    }
    if !(0.0..=0.99).contains(&arguments.media) {
        anyhow::bail!("--media must be from 0 to 0.99");
    }
    let by_rate = (arguments.rate * 60.0).clamp(50.0, 1e6) as usize;
    let plan = Plan {
        amount: arguments
            .bytes
            .map_or(Amount::Messages(arguments.messages), Amount::Bytes),
        seed: arguments.seed,
        transport: arguments.transport,
        rate: arguments.rate,
        subscribers: arguments
            .subscribers
            .map_or(by_rate, |count| count as usize),
        media: arguments.media,
    };
    let path = &arguments.out;
    let file = File::create(path).with_context(|| format!("creating {}", path.display()))?;
    let generated = generate(plan, BufWriter::with_capacity(1 << 20, file))
        .with_context(|| format!("writing {}", path.display()))?;
    if let Some(path) = &arguments.keylog {
        std::fs::write(path, &generated.key_log)
            .with_context(|| format!("writing {}", path.display()))?;
    }
    println!("{}", serde_json::to_string(&generated.truth)?);
    Ok(())
}
