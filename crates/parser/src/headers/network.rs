//! What networks tell each other (RFC 7315, RFC 5009, RFC 6050): P-Charging-Vector,
//! P-Access-Network-Info, P-Early-Media and their kin.

use super::Parameterized;
use super::strict::{list, quoted, single, token, with_any_params};
use crate::Params;
use crate::fault::params::header_params;
use crate::fault::{FaultKind, Report};
use crate::lexical::trim;
use crate::list::List;

/// A P-Charging-Vector value (RFC 7315 §5.6): parameters and nothing in front of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChargingVector<'a> {
    /// All parameters.
    pub params: Params<'a>,
}

impl<'a> ChargingVector<'a> {
    /// Reads the value; any bytes are some parameters.
    pub const fn parse(value: &'a [u8]) -> Self {
        Self {
            params: Params::new(value),
        }
    }

    /// What identifies the dialog or transaction for charging, everywhere it passes.
    pub fn icid(self) -> Option<&'a [u8]> {
        self.params.get("icid-value")
    }

    /// Who made the identifier.
    pub fn icid_generated_at(self) -> Option<&'a [u8]> {
        self.params.get("icid-generated-at")
    }

    /// The network that the request comes from.
    pub fn orig_ioi(self) -> Option<&'a [u8]> {
        self.params.get("orig-ioi")
    }

    /// The network that it ends in.
    pub fn term_ioi(self) -> Option<&'a [u8]> {
        self.params.get("term-ioi")
    }

    /// The networks in between.
    pub fn transit_ioi(self) -> impl Iterator<Item = &'a [u8]> {
        List::plain(self.params.get("transit-ioi").unwrap_or_default(), false)
            .map(|item| item.value)
    }
}

/// One P-Access-Network-Info value (RFC 7315 §5.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccessNetwork<'a> {
    /// The kind of access, such as `3GPP-E-UTRAN-FDD` or `IEEE-802.11`.
    pub access_type: &'a [u8],
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> AccessNetwork<'a> {
    /// The values of one header's list, in order.
    pub fn list(value: &'a [u8]) -> impl Iterator<Item = Self> {
        List::plain(value, false).filter_map(|item| {
            let Parameterized { value, params } = Parameterized::parse(item.value)?;
            Some(Self {
                access_type: value,
                params,
            })
        })
    }

    /// Whether the network, not the phone, says so.
    pub fn is_from_network(self) -> bool {
        self.params.contains("np") || self.params.contains("network-provided")
    }

    /// The cell, of whatever technology.
    pub fn cell(self) -> Option<&'a [u8]> {
        ["utran-cell-id-3gpp", "cgi-3gpp", "ci-3gpp2"]
            .iter()
            .find_map(|name| self.params.get(name))
    }
}

/// What P-Early-Media allows before the answer (RFC 5009).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EarlyMedia<'a> {
    /// Media may flow both ways.
    SendRecv,
    /// The receiver of the header will be sent media.
    SendOnly,
    /// Media is expected from the receiver of the header.
    RecvOnly,
    /// None may flow.
    Inactive,
    /// The network lets media through only as said.
    Gated,
    /// The sender knows this header.
    Supported,
    /// Any other, as written.
    Other(&'a [u8]),
}

impl<'a> EarlyMedia<'a> {
    /// The values of one header's list, in order: one for each media line of the SDP.
    pub fn list(value: &'a [u8]) -> impl Iterator<Item = Self> {
        List::plain(value, false).map(|item| Self::from_bytes(trim(item.value)))
    }

    fn from_bytes(name: &'a [u8]) -> Self {
        const KNOWN: [(&str, EarlyMedia<'static>); 6] = [
            ("sendrecv", EarlyMedia::SendRecv),
            ("sendonly", EarlyMedia::SendOnly),
            ("recvonly", EarlyMedia::RecvOnly),
            ("inactive", EarlyMedia::Inactive),
            ("gated", EarlyMedia::Gated),
            ("supported", EarlyMedia::Supported),
        ];
        KNOWN
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map_or(Self::Other(name), |(_, known)| *known)
    }
}

/// P-Charging-Vector.
pub(super) fn charging_vector(value: &[u8], report: Report<'_>) {
    single(value, report, &mut |whole, report| {
        let mut has_icid = false;
        header_params(whole, report, &mut |param, _| {
            has_icid |= param.is("icid-value");
        });
        if !has_icid {
            report(whole.fault(FaultKind::IcidMissing));
        }
    });
}

/// P-Charging-Function-Addresses.
pub(super) fn charging_addresses(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        header_params(element, report, &mut |_, _| ());
    });
}

/// P-Visited-Network-ID: tokens or quoted strings.
pub(super) fn visited_network(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        with_any_params(element, report, &mut |text, report| {
            if text.bytes.starts_with(b"\"") {
                quoted(text, report);
            } else {
                token(text, report);
            }
        });
    });
}

/// P-Preferred-Service: `urn:urn-7:...` without angle brackets (RFC 6050 §4.2).
pub(super) fn service(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |text, report| {
        if !text
            .bytes
            .get(..10)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"urn:urn-7:"))
        {
            report(text.fault(FaultKind::BadServiceId));
        }
    });
}
