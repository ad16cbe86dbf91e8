//! What `--syslog` is told.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use clap::ValueEnum;

use super::Syslog;
use super::frame::{Dialect, Origin, printable_host};
use crate::exports::destination::{Destination, Transport};
use crate::exports::host::host_name;
use crate::exports::queue::WhenFull;
use crate::exports::tcp::Tcp;
use crate::exports::udp::Udp;
use crate::exports::unix::Unix;

/// Where this host's daemon listens.
const LOCAL: &str = "/dev/log";
/// The port of syslog (RFC 5426 §3.3); over TCP it is the usual one too (RFC 6587 §3.2).
const PORT: u16 = 514;

/// Which daemon the log goes to.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SyslogOptions {
    /// Send the report to syslog instead of standard output: to this host's daemon (/dev/log), or
    /// to unix:PATH, udp:HOST:PORT or tcp:HOST:PORT; port 514 where none is given
    #[arg(
        long,
        value_name = "TARGET",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "unix:/dev/log"
    )]
    syslog: Option<Target>,

    /// The part of the system that it says it is from
    #[arg(long, value_name = "FACILITY", default_value = "daemon")]
    syslog_facility: Facility,
}

/// Where a daemon listens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    Unix(PathBuf),
    Network(Destination),
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "expected unix:PATH, udp:HOST[:PORT] or tcp:HOST[:PORT]";
        match text.strip_prefix("unix:") {
            Some("") => Err(FORM),
            Some(path) => Ok(Self::Unix(path.into())),
            None if text.starts_with("udp:") || text.starts_with("tcp:") => {
                Destination::read(text, PORT).map_or(Err(FORM), |it| Ok(Self::Network(it)))
            }
            None => Err(FORM),
        }
    }
}

/// The facilities (RFC 5424 table 1) that a program such as this one may be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Facility {
    User = 1,
    Daemon = 3,
    Local0 = 16,
    Local1 = 17,
    Local2 = 18,
    Local3 = 19,
    Local4 = 20,
    Local5 = 21,
    Local6 = 22,
    Local7 = 23,
}

impl SyslogOptions {
    /// Whether the report goes there.
    pub(crate) const fn is_on(&self) -> bool {
        self.syslog.is_some()
    }

    /// Connects to the daemon, or looks it up.
    pub(crate) fn open(&self) -> anyhow::Result<Option<OpenSyslog>> {
        let Some(target) = &self.syslog else {
            return Ok(None);
        };
        let (name, way, dialect) = match target {
            Target::Unix(path) => {
                let name = path.display().to_string();
                let hint = match path.as_path() == Path::new(LOCAL) {
                    true => "; is a syslog daemon running here?",
                    false => "",
                };
                let unix = Unix::open(path);
                let unix =
                    unix.with_context(|| format!("cannot send to syslog at {name}{hint}"))?;
                (name, OpenWay::Unix(unix), Dialect::Local)
            }
            Target::Network(destination) => {
                let address = destination.look_up()?;
                let host = printable_host(&host_name());
                let (way, dialect) = match destination.transport {
                    Transport::Udp => (OpenWay::Udp(address), Dialect::Datagram(host)),
                    Transport::Tcp => (OpenWay::Tcp(address), Dialect::Stream(host)),
                };
                (destination.to_string(), way, dialect)
            }
        };
        Ok(Some(OpenSyslog {
            name,
            way,
            origin: Origin {
                dialect,
                facility: self.syslog_facility as u8,
                process: std::process::id(),
            },
        }))
    }
}

/// A daemon that is known, before there is a thread that sends to it.
#[derive(Debug)]
pub(crate) struct OpenSyslog {
    name: String,
    way: OpenWay,
    origin: Origin,
}

#[derive(Debug)]
enum OpenWay {
    Unix(Unix),
    Udp(SocketAddr),
    Tcp(SocketAddr),
}

impl OpenSyslog {
    /// The port to be connected to, on TCP.
    pub(crate) fn tcp_port(&self) -> Option<u16> {
        match &self.way {
            OpenWay::Tcp(address) => Some(address.port()),
            OpenWay::Unix(_) | OpenWay::Udp(_) => None,
        }
    }

    /// Where it listens, on a network.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        match &self.way {
            OpenWay::Tcp(address) | OpenWay::Udp(address) => Some(*address),
            OpenWay::Unix(_) => None,
        }
    }

    /// Starts the thread that sends.
    pub(crate) fn start(self) -> anyhow::Result<Syslog> {
        let Self { name, way, origin } = self;
        match way {
            OpenWay::Unix(unix) => Syslog::start(name, origin, unix),
            OpenWay::Udp(to) => Syslog::start(name, origin, Udp::open(to, WhenFull::Lose)?),
            OpenWay::Tcp(to) => Syslog::start(name, origin, Tcp::new(to)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_say_how_to_get_there() {
        let network = |text: &str| match text.parse() {
            Ok(Target::Network(destination)) => destination.to_string(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(network("udp:192.0.2.1"), "udp:192.0.2.1:514");
        assert_eq!(network("tcp:[::1]:601"), "tcp:[::1]:601");
        assert_eq!("unix:/x".parse(), Ok(Target::Unix("/x".into())));
        for wrong in ["", "unix:", "/dev/log", "host", "udp:", "tls:x"] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
