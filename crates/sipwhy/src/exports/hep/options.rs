//! What `--hep-out` is told.

use std::fs::File;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_capture::live::HEP_PORT;
use sipwhy_report::Inputs;

use super::{HepOut, Settings};
use crate::exports::destination::{Destination, Transport};
use crate::exports::queue::WhenFull;

/// No key is longer.
const MOST_KEY_BYTES: u64 = 1024;

/// Which collector to send to, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::exports) struct HepOutOptions {
    /// Send every SIP message and finding on to a collector such as Homer, by HEP version 3:
    /// udp:HOST:PORT or tcp:HOST:PORT; UDP and port 9060 where nothing else is said
    #[arg(long, value_name = "ADDR", value_parser = destination)]
    hep_out: Option<Destination>,

    /// The number by which the collector knows who sends
    #[arg(long, value_name = "NUMBER", default_value_t = 2001)]
    hep_id: u32,

    /// The key that the collector asks for. Others on this host can read it here; not so in
    /// SIPWHY_HEP_KEY or in --hep-key-file
    #[arg(
        long,
        value_name = "KEY",
        env = "SIPWHY_HEP_KEY",
        hide_env_values = true
    )]
    hep_key: Option<String>,

    /// A file with that key
    #[arg(long, value_name = "FILE")]
    hep_key_file: Option<PathBuf>,
}

impl HepOutOptions {
    /// Looks the collector up, and reads the key.
    pub(in crate::exports) fn open(&self) -> anyhow::Result<Option<OpenHepOut>> {
        let Some(destination) = &self.hep_out else {
            return Ok(None);
        };
        let key = match &self.hep_key_file {
            Some(path) => Some(read_key(path)?),
            None => self.hep_key.clone().map(String::into_bytes),
        };
        let too_long = key
            .as_ref()
            .is_some_and(|key| key.len() as u64 > MOST_KEY_BYTES);
        anyhow::ensure!(
            !too_long,
            "a key for HEP has at most {MOST_KEY_BYTES} bytes"
        );
        Ok(Some(OpenHepOut {
            settings: Settings {
                name: destination.to_string(),
                agent: self.hep_id,
                key,
            },
            transport: destination.transport,
            address: destination.look_up()?,
        }))
    }
}

fn destination(text: &str) -> Result<Destination, &'static str> {
    Destination::read(text, HEP_PORT)
}

fn read_key(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut key = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_KEY_BYTES + 2).read_to_end(&mut key))
        .with_context(|| format!("{}: cannot be read as a key for HEP", path.display()))?;
    // A line has an end.
    Ok(key.trim_ascii_end().to_owned())
}

/// A collector that is known, before there is a thread that sends to it.
#[derive(Debug)]
pub(in crate::exports) struct OpenHepOut {
    settings: Settings,
    transport: Transport,
    address: SocketAddr,
}

impl OpenHepOut {
    /// Where it listens.
    pub(in crate::exports) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port to be connected to, on TCP.
    pub(in crate::exports) fn tcp_port(&self) -> Option<u16> {
        (self.transport == Transport::Tcp).then_some(self.address.port())
    }

    /// Starts the thread that sends.
    pub(in crate::exports) fn start(
        self,
        inputs: Inputs,
        when_full: WhenFull,
    ) -> anyhow::Result<HepOut> {
        HepOut::start(
            self.settings,
            (self.transport, self.address),
            inputs,
            when_full,
        )
    }
}
