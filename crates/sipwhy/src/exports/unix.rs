//! Datagrams to a socket of this host.

use std::io::Result;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::exports::sender::{Sent, Way};

/// How long to wait for room with who listens there.
const PATIENCE: Duration = Duration::from_secs(5);

/// A socket that is connected to one with a name, or none at the moment.
#[derive(Debug)]
pub(super) struct Unix {
    path: PathBuf,
    socket: Option<UnixDatagram>,
}

impl Unix {
    /// Connects: who listens must be there at the start.
    pub(super) fn open(path: &Path) -> Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            socket: Some(connect(path)?),
        })
    }
}

fn connect(path: &Path) -> Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.connect(path)?;
    socket.set_write_timeout(Some(PATIENCE))?;
    Ok(socket)
}

impl Way for Unix {
    fn send(&mut self, packets: &[Vec<u8>]) -> Result<Sent> {
        let packet = packets.first().map(Vec::as_slice).unwrap_or_default();
        if let Some(socket) = self.socket.take()
            && socket.send(packet).is_ok()
        {
            self.socket = Some(socket);
            return Ok(Sent::Well);
        }
        // Who listens may have been started anew, with another socket of the same name.
        let socket = connect(&self.path)?;
        socket.send(packet)?;
        self.socket = Some(socket);
        Ok(Sent::Well)
    }

    fn tries_again(&self) -> bool {
        true
    }
}
