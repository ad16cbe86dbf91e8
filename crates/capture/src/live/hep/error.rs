//! What can be wrong with a listener.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;

/// Why an address could not be listened on, or not any longer. Each is one line that says what is
/// wrong and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HepError {
    /// Somebody listens there already.
    #[error(
        "cannot listen for HEP on {0}: the address is in use; \
         end the other collector or choose another port"
    )]
    InUse(SocketAddr),
    /// The system does not let this user listen there.
    #[error("cannot listen for HEP on {0}: not permitted; choose a port above 1023 or run as root")]
    NotPermitted(SocketAddr),
    /// The address is another host's.
    #[error(
        "cannot listen for HEP on {0}: not an address of this host; \
         choose one that `ip address` shows, or 0.0.0.0 for all"
    )]
    NotLocal(SocketAddr),
    /// The system gave another reason.
    #[error("cannot listen for HEP on {address}: {error}")]
    Other {
        /// The address.
        address: SocketAddr,
        /// The reason.
        #[source]
        error: io::Error,
    },
    /// The thread to listen on could not be started.
    #[error("cannot start the thread that listens for HEP: {0}")]
    Thread(#[source] io::Error),
    /// The thread that listened has panicked: a fault in this program.
    #[error("the thread that listens for HEP panicked; please report it")]
    ThreadPanicked,
}

impl HepError {
    pub(super) fn of(address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(address),
            io::ErrorKind::PermissionDenied => Self::NotPermitted(address),
            io::ErrorKind::AddrNotAvailable => Self::NotLocal(address),
            _ => Self::Other { address, error },
        }
    }
}
