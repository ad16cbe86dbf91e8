//! What to decode, and how much to hold while at it.

use std::net::SocketAddr;

use crate::{Limits, Ports};

/// The settings of a [`Decoder`](crate::Decoder).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Where SIP is expected. Default: UDP and TCP port 5060.
    pub ports: Ports,
    /// What may be held.
    pub limits: Limits,
    /// Where what is seen here is sent on to. What goes there is not looked into: it would be seen
    /// again, and sent on again.
    pub collectors: Vec<SocketAddr>,
}
