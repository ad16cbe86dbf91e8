//! ICE: the addresses at which a stream may be reached (RFC 8839).

use std::net::IpAddr;

use super::address;
use crate::piece::Piece;

/// What a description says about ICE for one stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ice<'a> {
    /// `a=ice-ufrag`.
    pub ufrag: Option<Piece<'a>>,
    /// `a=ice-pwd`. With `ufrag`, a change of it restarts ICE.
    pub password: Option<Piece<'a>>,
    /// `a=ice-lite`: answers checks, and makes none.
    pub is_lite: bool,
    /// `a=candidate`, as many as there are.
    pub candidates: Vec<Candidate<'a>>,
    /// `a=end-of-candidates`.
    pub is_complete: bool,
}

impl<'a> Ice<'a> {
    /// Takes note of an attribute, if it is about ICE.
    pub(super) fn take(&mut self, name: Piece<'a>, value: Piece<'a>) -> bool {
        if name.is("ice-ufrag") {
            self.ufrag = Some(value.trim());
        } else if name.is("ice-pwd") {
            self.password = Some(value.trim());
        } else if name.is("ice-lite") {
            self.is_lite = true;
        } else if name.is("candidate") {
            self.candidates.extend(Candidate::read(value));
        } else if name.is("end-of-candidates") {
            self.is_complete = true;
        } else {
            return false;
        }
        true
    }

    /// Whether ICE is offered at all.
    pub fn is_offered(&self) -> bool {
        self.ufrag.is_some() && self.password.is_some()
    }
}

/// One address at which a stream may be reached (RFC 8839 §5.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate<'a> {
    /// What candidates of the same kind and base have in common.
    pub foundation: Piece<'a>,
    /// 1 is RTP, 2 RTCP.
    pub component: u16,
    /// `UDP` or `TCP`.
    pub transport: Piece<'a>,
    /// Higher is preferred.
    pub priority: u32,
    /// An address or a name, such as one of mDNS.
    pub address: Piece<'a>,
    /// The port.
    pub port: u16,
    /// `host`, `srflx`, `prflx` or `relay`.
    pub kind: Piece<'a>,
}

impl<'a> Candidate<'a> {
    /// The value of `a=candidate`; `None` where a field is missing or no number.
    pub(super) fn read(value: Piece<'a>) -> Option<Self> {
        let mut fields = value.words();
        let foundation = fields.next()?;
        let component = fields.next()?.number()?.try_into().ok()?;
        let transport = fields.next()?;
        let priority = fields.next()?.number()?.try_into().ok()?;
        let address = fields.next()?;
        let port = fields.next()?.number()?.try_into().ok()?;
        if !fields.next()?.is("typ") {
            return None;
        }
        let kind = fields.next()?;
        Some(Self {
            foundation,
            component,
            transport,
            priority,
            address,
            port,
            kind,
        })
    }

    /// The address, if it is one and not a name.
    pub fn ip(&self) -> Option<IpAddr> {
        address::ip(self.address)
    }
}
