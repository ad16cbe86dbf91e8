//! `o=`: who made the description, and which version of it this is (RFC 8866 §5.2).

use std::net::IpAddr;

use super::address;
use crate::piece::Piece;

/// The six fields of an `o=` line. One that is not there is empty, and stands at the line's end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Origin<'a> {
    /// The user's name, or `-`.
    pub username: Piece<'a>,
    /// The session's number, which stays the same through all offers and answers of one side.
    pub session_id: Piece<'a>,
    /// The description's version, which goes up by one with each that differs (RFC 3264 §8).
    pub version: Piece<'a>,
    /// `IN`.
    pub network: Piece<'a>,
    /// `IP4` or `IP6`.
    pub address_type: Piece<'a>,
    /// An address or a host's name. It is for telling sessions apart, not for sending media to.
    pub address: Piece<'a>,
    /// What follows the six fields, which should be nothing.
    pub rest: Piece<'a>,
}

impl<'a> Origin<'a> {
    pub(super) fn read(value: Piece<'a>) -> Self {
        let (username, rest) = value.first_word();
        let (session_id, rest) = rest.first_word();
        let (version, rest) = rest.first_word();
        let (network, rest) = rest.first_word();
        let (address_type, rest) = rest.first_word();
        let (address, rest) = rest.first_word();
        Self {
            username,
            session_id,
            version,
            network,
            address_type,
            address,
            rest,
        }
    }

    /// The address, if it is one.
    pub fn ip(self) -> Option<IpAddr> {
        address::ip(self.address)
    }

    /// Whether both name the same session; their versions may differ.
    pub fn is_same_session(&self, other: &Self) -> bool {
        let key = |origin: &Self| {
            [
                origin.username,
                origin.session_id,
                origin.network,
                origin.address_type,
                origin.address,
            ]
            .map(Piece::text)
        };
        key(self) == key(other)
    }
}
