//! What can be wrong with a live capture.

use std::fmt;
use std::io;

use thiserror::Error;

use super::config::{LONGEST_SNAPLEN, SMALLEST_BUFFER_BYTES};

/// Why an interface could not be captured from, or not any longer. Each is one line that says what
/// is wrong and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LiveError {
    /// There is no such interface.
    #[error("no interface {interface}; {}", Known { nearest, known })]
    NoSuchInterface {
        /// The name that was given.
        interface: String,
        /// The name that was perhaps meant.
        nearest: Option<String>,
        /// The names there are.
        known: Vec<String>,
    },
    /// The system does not let this user capture.
    #[error(
        "no permission to capture on {interface}; run as root, or once as root: \
         setcap cap_net_raw=eip $(which sipwhy)"
    )]
    NoPermission {
        /// The interface.
        interface: String,
    },
    /// The filter makes no sense to libpcap.
    #[error("the filter \"{filter}\" is not understood: {reason}; see man pcap-filter")]
    BadFilter {
        /// The filter.
        filter: String,
        /// What libpcap said.
        reason: String,
    },
    /// The snap length is out of bounds.
    #[error("a snap length of {0} bytes is not possible; choose 1 to {most}", most = LONGEST_SNAPLEN)]
    Snaplen(u32),
    /// The kernel buffer is out of bounds.
    #[error(
        "a capture buffer of {0} bytes is not possible; choose {least} to {most}",
        least = SMALLEST_BUFFER_BYTES,
        most = i32::MAX
    )]
    BufferBytes(u32),
    /// The interface was removed while it was captured from.
    #[error("interface {interface} has disappeared; capture again when it is back")]
    Disappeared {
        /// The interface.
        interface: String,
    },
    /// The interface is down, or was taken down on a system where that ends a capture; on Linux, a
    /// capture goes on when the interface is up again.
    #[error(
        "interface {interface} is down; bring it up (ip link set {interface} up) and capture again"
    )]
    Down {
        /// The interface.
        interface: String,
    },
    /// The interfaces could not be listed.
    #[error("the interfaces cannot be listed: {0}")]
    List(String),
    /// libpcap could not open the interface or read from it.
    #[error("cannot capture on {interface}: {reason}")]
    Libpcap {
        /// The interface.
        interface: String,
        /// What libpcap said.
        reason: String,
    },
    /// The thread to capture on could not be started.
    #[error("cannot start the capture thread: {0}")]
    Thread(#[source] io::Error),
    /// The thread that captured has panicked: a fault in this program.
    #[error("the capture thread panicked; please report it")]
    ThreadPanicked,
}

/// The interfaces there are, in words.
struct Known<'a> {
    nearest: &'a Option<String>,
    known: &'a [String],
}

impl fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nearest) = self.nearest {
            write!(f, "did you mean {nearest}? ")?;
        }
        if self.known.is_empty() {
            f.write_str("none can be captured from")
        } else {
            write!(f, "there are: {}", self.known.join(", "))
        }
    }
}
