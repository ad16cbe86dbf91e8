//! `c=`: where media are to be sent (RFC 8866 §5.7).

use std::net::IpAddr;

use super::address;
use crate::piece::Piece;

/// The fields of a `c=` line. One that is not there is empty, and stands at the line's end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Connection<'a> {
    /// `IN`.
    pub network: Piece<'a>,
    /// `IP4` or `IP6`.
    pub address_type: Piece<'a>,
    /// An address or a host's name, without what a slash separates from it.
    pub address: Piece<'a>,
    /// After a slash: how far a multicast goes, and over how many addresses.
    pub multicast: Option<Piece<'a>>,
    /// What follows the three fields, which should be nothing.
    pub rest: Piece<'a>,
}

impl<'a> Connection<'a> {
    pub(super) fn read(value: Piece<'a>) -> Self {
        let (network, rest) = value.first_word();
        let (address_type, rest) = rest.first_word();
        let (address, rest) = rest.first_word();
        let (address, multicast) = match address.split_once(b'/') {
            Some((address, multicast)) => (address, Some(multicast)),
            None => (address, None),
        };
        Self {
            network,
            address_type,
            address,
            multicast,
            rest,
        }
    }

    /// The address, if it is one and not a name.
    pub fn ip(self) -> Option<IpAddr> {
        address::ip(self.address)
    }

    /// `0.0.0.0` or `::`: by RFC 2543 the other side is to send nothing.
    pub fn is_unspecified(self) -> bool {
        self.ip().is_some_and(address::is_unspecified)
    }
}
