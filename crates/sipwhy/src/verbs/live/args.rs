//! What `sipwhy live` is told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use sipwhy_annotator::HashSeed;
use sipwhy_capture::live::{DEFAULT_BUFFER_BYTES, DEFAULT_SNAPLEN, HEP_PORT, LiveConfig};

use sipwhy_report::parse_span;

use crate::exports::{ExportOptions, SyslogOptions};
use crate::metrics;
use crate::options::{FailOn, Format, PortOptions, ReportOptions, pipeline_config};
use crate::selection::FilterOptions;
use crate::settings::SettingsOptions;
use crate::verbs::live::keep::KeepOptions;
use crate::verbs::live::log::LogOptions;

/// The most interfaces that are captured from at once: each has a thread and a buffer of its own.
const MOST_INTERFACES: usize = 64;

/// Explain a live interface, or what HEP agents send: each message as it comes, each fault as it happens
///
/// Ends on SIGINT (Ctrl-C) or SIGTERM with a summary. Needs the right to capture: root, or
/// setcap cap_net_raw=eip on the program; once the interfaces are open it gives up what it does not
/// need any more. Listening for HEP needs no such right.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The interface, such as eth0, or any; several with -i for each
    #[arg(short, long, value_name = "IFACE", required_unless_present_any = ["hep", "check_permissions"])]
    pub(super) interface: Vec<String>,

    /// Listen for HEP on UDP and TCP, beside an interface or instead: what capture agents elsewhere
    /// (Kamailio, heplify, captagent) see. Without an address on 127.0.0.1, without a port on 9060
    #[arg(
        long,
        value_name = "ADDR[:PORT]",
        num_args = 0..=1,
        default_missing_value = "127.0.0.1",
        value_parser = hep_address
    )]
    pub(super) hep: Option<SocketAddr>,

    /// The form of the report
    #[arg(long, value_name = "FORMAT", default_value = "log")]
    pub(super) format: Format,

    #[command(flatten)]
    pub(super) report: ReportOptions,

    #[command(flatten)]
    pub(super) ports: PortOptions,

    #[command(flatten)]
    pub(super) settings: SettingsOptions,

    #[command(flatten)]
    pub(super) filters: FilterOptions,

    /// A file with TLS secrets, as SSLKEYLOGFILE makes it, to decrypt with; read on as it grows. SIP
    /// over TLS has a port of its own: --port 5060-5061 captures both
    #[arg(long, value_name = "FILE")]
    pub(super) keylog: Option<PathBuf>,

    /// A filter in libpcap's language in place of the one made from --port
    #[arg(long, value_name = "FILTER")]
    pub(super) filter: Option<String>,

    /// Bytes kept of each frame
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_SNAPLEN)]
    pub(super) snaplen: u32,

    /// Size of the kernel's buffer in MiB
    #[arg(long, value_name = "MIB", default_value_t = DEFAULT_BUFFER_BYTES >> 20)]
    pub(super) buffer: u32,

    /// Do not ask for frames to other hosts
    #[arg(long)]
    pub(super) no_promisc: bool,

    /// End after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) duration: Option<Duration>,

    /// End after so many frames
    #[arg(long, value_name = "FRAMES")]
    pub(super) count: Option<u64>,

    /// Go on as this user once the interfaces are open [default for root: who called sudo, or else
    /// sipwhy, or nobody]
    #[arg(long, value_name = "USER[:GROUP]", conflicts_with = "keep_rights")]
    pub(super) run_as: Option<String>,

    /// Keep all rights. Otherwise, once the interfaces are open, capabilities are given up, and
    /// files and system calls confined where the kernel can (Landlock, seccomp)
    #[arg(long)]
    pub(super) keep_rights: bool,

    /// End when an interface goes, instead of waiting for it to come back. Then the right to
    /// capture anew is given up too
    #[arg(long)]
    pub(super) no_reopen: bool,

    /// Say which rights there are and which are missing, and end
    #[arg(long)]
    pub(super) check_permissions: bool,

    #[command(flatten)]
    pub(super) log: LogOptions,

    #[command(flatten)]
    pub(super) syslog: SyslogOptions,

    /// Tell Prometheus what is counted, at http://ADDR:PORT/metrics; a port alone is one of
    /// 127.0.0.1
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = metrics::address)]
    pub(super) metrics: Option<SocketAddr>,

    /// Say every so often what went on: 60s, 15m, 1h
    #[arg(long, value_name = "SPAN", value_parser = stats_interval)]
    pub(super) stats_interval: Option<Duration>,

    #[command(flatten)]
    pub(super) keep: KeepOptions,

    #[command(flatten)]
    pub(super) exports: ExportOptions,

    /// Exit with status 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", default_value = "never")]
    pub(super) fail_on: FailOn,
}

impl Args {
    /// Whether what is asked for goes together.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let has_lines = matches!(self.format, Format::Log | Format::Logfmt | Format::Json);
        anyhow::ensure!(
            has_lines || !self.syslog.is_on(),
            "syslog takes lines: --format log, logfmt or json"
        );
        anyhow::ensure!(
            !self.log.is_on() || !self.syslog.is_on(),
            "the report goes to one place: --log or --syslog"
        );
        Ok(())
    }

    /// Whether an interface that goes is waited for. The one that stands for all never goes.
    pub(super) fn may_reopen(&self) -> bool {
        !self.no_reopen && self.interface.iter().any(|name| name != "any")
    }

    /// How the interfaces are to be opened.
    pub(super) fn interfaces(&self) -> anyhow::Result<Vec<LiveConfig>> {
        anyhow::ensure!(
            self.interface.len() <= MOST_INTERFACES,
            "more than {MOST_INTERFACES} interfaces; capture on any, with a --filter"
        );
        for (at, name) in self.interface.iter().enumerate() {
            let others = self.interface.get(at + 1..).unwrap_or_default();
            anyhow::ensure!(!others.contains(name), "-i {name} is given twice");
        }
        let is_any = |name: &String| name == "any";
        anyhow::ensure!(
            self.interface.len() < 2 || !self.interface.iter().any(is_any),
            "-i any is all interfaces already; leave the others out"
        );
        let configs = (0..).zip(&self.interface);
        Ok(configs
            .map(|(input, name)| self.interface(input, name))
            .collect())
    }

    fn interface(&self, input: u16, name: &str) -> LiveConfig {
        LiveConfig {
            input,
            snaplen: self.snaplen,
            buffer_bytes: self.buffer.saturating_mul(1 << 20),
            promiscuous: !self.no_promisc,
            filter: self.filter.clone(),
            ports: self.ports.of_interface(),
            ..LiveConfig::new(name)
        }
    }

    /// How the pipeline is set up, with a seed for its hash maps that nobody can know.
    pub(super) fn pipeline(&self) -> anyhow::Result<sipwhy_pipeline::Config> {
        use std::hash::{BuildHasher as _, RandomState};
        // The standard library seeds its hash maps from the system's random source; a hash of
        // nothing is as random as its seed.
        let random = || RandomState::new().hash_one(0_u8);
        let mut config = pipeline_config(self.ports.of_interface(), self.settings.load()?);
        config.annotator.hash_seed = HashSeed(random(), random());
        Ok(config)
    }
}

const EXAMPLES: &str = "\
Examples:
  sudo sipwhy live -i eth0
  sudo sipwhy live -i any --port any | grep -E ' (warning|error) '
  sudo sipwhy live -i eth0 --filter 'host 10.0.0.5 and port 5060'
  sudo sipwhy live -i eth0 --format text --duration 60
  sudo sipwhy live -i eth0 --port 5060-5061 --keylog keys.txt
  sudo sipwhy live -i eth0 -i eth1 --run-as sipwhy
  sudo sipwhy live -i eth0 --write failed.pcapng --keep-on '*'
  sudo sipwhy live -i eth0 --hep-out udp:homer.example.org:9060
  sudo sipwhy live -i eth0 --log /var/log/sipwhy/calls.log --log-rotate-every 1d
  sudo sipwhy live -i eth0 --metrics 9061 --stats-interval 60s
  sipwhy live -i eth0 --check-permissions
  sipwhy live --hep 0.0.0.0:9060";

/// An address with or without a port; IPv6 in brackets where a port follows.
fn hep_address(text: &str) -> Result<SocketAddr, String> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    match (text.parse(), bare.parse()) {
        (Ok(address), _) => Ok(address),
        (_, Ok(ip)) => Ok(SocketAddr::new(ip, HEP_PORT)),
        _ => Err("expected an address such as 127.0.0.1, 0.0.0.0:9060 or [::1]:9060".to_owned()),
    }
}

/// A span of a second at least.
fn stats_interval(text: &str) -> Result<Duration, String> {
    let span = parse_span(text)?;
    if span < Duration::from_secs(1) {
        return Err("a second is the least".to_owned());
    }
    Ok(span)
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
