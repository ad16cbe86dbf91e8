//! Stand-ins for what names people and hosts: whether, and made with which key.

use std::fs::File;
use std::io::Read as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_redact::{Blanked, Key, Redactor};

use crate::exit::complain;

/// How many bytes make a key that nobody guesses.
const FEWEST_BYTES: usize = 16;
/// A longer file is no key.
const MOST_BYTES: u64 = 64 * 1024;

/// Whether names, numbers, addresses and secrets are replaced.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RedactOptions {
    /// Replace numbers, names, addresses, credentials and media by stand-ins in everything that is
    /// written; what TLS carries is left out. docs/redaction.md says what stays
    #[arg(long, conflicts_with = "keylog")]
    redact: bool,

    /// A file with a secret of 16 bytes or more, for the same stand-ins in every run; without it,
    /// they are others each time
    #[arg(long, value_name = "FILE", requires = "redact")]
    redact_key: Option<PathBuf>,
}

impl RedactOptions {
    /// Whether what is told is the same in every run.
    pub(crate) const fn is_lasting(&self) -> bool {
        !self.redact || self.redact_key.is_some()
    }

    /// The key of the stand-ins, if there are to be any.
    pub(crate) fn key(&self) -> anyhow::Result<Option<Key>> {
        if !self.redact {
            return Ok(None);
        }
        let secret = match &self.redact_key {
            Some(path) => read_secret(path)?,
            None => random()?,
        };
        Ok(Some(Key::new(&secret)))
    }
}

fn read_secret(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let mut secret = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut secret))
        .with_context(|| format!("{name}: cannot be read as a key"))?;
    anyhow::ensure!(
        secret.trim_ascii().len() >= FEWEST_BYTES && secret.len() as u64 <= MOST_BYTES,
        "{name}: a key for --redact has {FEWEST_BYTES} bytes or more, such as those of \
         `head -c 32 /dev/urandom`"
    );
    Ok(secret)
}

fn random() -> anyhow::Result<Vec<u8>> {
    let mut secret = vec![0; 32];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut secret))
        .context("/dev/urandom: no random numbers for --redact; give it a --redact-key")?;
    Ok(secret)
}

/// The stand-in of an address or a network that a filter names. A network has one only where its
/// length ends a part of the address that is replaced by itself.
pub(crate) fn network(redactor: &Redactor, text: &str) -> anyhow::Result<String> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    // What is none is told of by the filter.
    let Ok(address) = address.trim().parse::<IpAddr>() else {
        return Ok(text.to_owned());
    };
    let stand_in = redactor.name(address, b"").0;
    let Some(length) = length else {
        return Ok(stand_in.to_string());
    };
    let step = if address.is_ipv4() { 8 } else { 16 };
    let is_whole = length.parse::<u8>().is_ok_and(|length| length % step == 0);
    anyhow::ensure!(
        is_whole,
        "--address {text}: with --redact, networks have a length that is a multiple of {step}"
    );
    Ok(format!("{stand_in}/{length}"))
}

/// Says what could not be read, and is blank therefore.
pub(crate) fn complain_of_blanks(place: &str, blanked: Blanked) {
    let mut said = Vec::new();
    for (count, what) in [
        (blanked.encrypted, "directions of TLS connections"),
        (blanked.payloads, "datagrams of unknown content"),
        (blanked.frames, "frames of unknown content"),
    ] {
        if count > 0 {
            said.push(format!("{count} {what}"));
        }
    }
    if !said.is_empty() {
        complain(&format!("{place}--redact blanked {}", said.join(", ")));
    }
}
