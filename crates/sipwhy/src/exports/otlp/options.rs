//! What `--otlp` is told.

use std::net::SocketAddr;

use super::Otlp;
use super::endpoint::Endpoint;
use crate::exports::host::host_name;
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
