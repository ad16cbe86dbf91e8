//! What `--otlp` is told.

use std::fs::read_to_string;
use std::net::SocketAddr;

use super::Otlp;
use super::endpoint::Endpoint;
use crate::exports::queue::WhenFull;

/// Which collector to send spans to, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::exports) struct OtlpOptions {
    /// Send a span for each call and transaction, with the findings as events, to OpenTelemetry's
    /// collector by OTLP over HTTP
    #[arg(
        long,
        value_name = "URL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "http://127.0.0.1:4318"
    )]
    otlp: Option<Endpoint>,

    /// What this probe is called there [default: the name of this host]
    #[arg(long, value_name = "NAME", requires = "otlp")]
    otlp_instance: Option<String>,
}

impl OtlpOptions {
    /// Looks the collector up.
    pub(in crate::exports) fn open(&self) -> anyhow::Result<Option<OpenOtlp>> {
        let Some(endpoint) = &self.otlp else {
            return Ok(None);
        };
        Ok(Some(OpenOtlp {
            address: endpoint.look_up()?,
            endpoint: endpoint.clone(),
            instance: self.otlp_instance.clone().unwrap_or_else(host_name),
        }))
    }
}

/// The name of this host, as far as it can be read.
fn host_name() -> String {
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let name = files.iter().find_map(|file| read_to_string(file).ok());
    let name = name.map(|name| name.trim().to_owned());
    name.unwrap_or_else(|| "sipwhy".to_owned())
}

/// A collector that is known, before there is a thread that sends to it.
#[derive(Debug)]
pub(in crate::exports) struct OpenOtlp {
    endpoint: Endpoint,
    address: SocketAddr,
    instance: String,
}

impl OpenOtlp {
    /// Where it listens.
    pub(in crate::exports) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts the thread that sends.
    pub(in crate::exports) fn start(self, when_full: WhenFull) -> anyhow::Result<Otlp> {
        Otlp::start((self.endpoint, self.address), self.instance, when_full)
    }
}
