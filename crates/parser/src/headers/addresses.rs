//! Addresses with parameters of their own: Remote-Party-ID, Diversion (RFC 5806), History-Info
//! (RFC 7044), Referred-By (RFC 3892), Refer-To (RFC 3515).

use super::strict::bracket_list;
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lanes::find;
use crate::lexical::{cut, decimal};
use crate::{Address, Fault};

/// Which way a target was found (RFC 7044 §10.4), with the index of the entry that it came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Retarget<'a> {
    /// `rc`: another contact of the same user.
    Contact(&'a [u8]),
    /// `mp`: another user.
    Mapped(&'a [u8]),
    /// `np`: neither; the target is unchanged.
    Unchanged(&'a [u8]),
}

/// One entry of History-Info.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HistoryEntry<'a> {
    /// The target, and all parameters.
    pub address: Address<'a>,
}

impl<'a> HistoryEntry<'a> {
    /// Reads one entry. `None` when it is no address.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let address = Address::parse(value)?;
        Some(Self { address })
    }

    /// Where the entry stands in the tree of targets, such as `1.2.1`.
    pub fn index(self) -> Option<&'a [u8]> {
        self.address
            .params
            .get("index")
            .filter(|index| is_index(index))
    }

    /// How many steps the index has.
    pub fn depth(self) -> Option<usize> {
        Some(self.index()?.split(|&byte| byte == b'.').count())
    }

    /// How the target was found.
    pub fn retarget(self) -> Option<Retarget<'a>> {
        let params = self.address.params;
        None.or_else(|| params.get("rc").map(Retarget::Contact))
            .or_else(|| params.get("mp").map(Retarget::Mapped))
            .or_else(|| params.get("np").map(Retarget::Unchanged))
    }

    /// The Reason that the URI carries as a header (§10.2): why this target was left, escaped as
    /// it stands.
    pub fn escaped_reason(self) -> Option<&'a [u8]> {
        uri_header(self.address.uri, "Reason")
    }

    /// The cause within [`HistoryEntry::escaped_reason`], such as 302.
    pub fn cause(self) -> Option<u32> {
        let reason = self.escaped_reason()?;
        let name = b"cause";
        let at = reason
            .windows(name.len())
            .position(|window| window.eq_ignore_ascii_case(name))?;
        let ([b'=', digits @ ..] | [b'%', b'3', b'd' | b'D', digits @ ..]) =
            cut(reason, at + name.len()..reason.len())
        else {
            return None;
        };
        let end = digits.iter().position(|byte| !byte.is_ascii_digit());
        decimal(cut(digits, 0..end.unwrap_or(digits.len())))
    }

    /// The Privacy that the URI carries as a header (§10.1.1), escaped as it stands.
    pub fn escaped_privacy(self) -> Option<&'a [u8]> {
        uri_header(self.address.uri, "Privacy")
    }
}

/// The value of a URI's header, escapes left in place.
fn uri_header<'a>(uri: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let headers = cut(uri, find(uri, b'?')? + 1..uri.len());
    headers.split(|&byte| byte == b'&').find_map(|header| {
        let equals = find(header, b'=')?;
        cut(header, 0..equals)
            .eq_ignore_ascii_case(name.as_bytes())
            .then(|| cut(header, equals + 1..header.len()))
    })
}

/// `1*DIGIT *( "." 1*DIGIT )`.
fn is_index(index: &[u8]) -> bool {
    index
        .split(|&byte| byte == b'.')
        .all(|step| !step.is_empty() && step.iter().all(u8::is_ascii_digit))
}

/// One Diversion value (RFC 5806): who diverted the call, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Diversion<'a> {
    /// Who diverted it, and all parameters.
    pub address: Address<'a>,
}

impl<'a> Diversion<'a> {
    /// Reads one value. `None` when it is no address.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let address = Address::parse(value)?;
        Some(Self { address })
    }

    /// Why, such as `user-busy` or `no-answer`.
    pub fn reason(self) -> Option<&'a [u8]> {
        self.address.params.get("reason")
    }

    /// How many diversions this entry stands for: 1 where it does not say.
    pub fn count(self) -> Option<u32> {
        self.address.params.get("counter").map_or(Some(1), decimal)
    }

    /// What is to be hidden: `full`, `name`, `uri`, `off`.
    pub fn privacy(self) -> Option<&'a [u8]> {
        self.address.params.get("privacy")
    }

    /// Whether the number was checked: `yes` or `no`.
    pub fn screen(self) -> Option<&'a [u8]> {
        self.address.params.get("screen")
    }
}

/// One Remote-Party-ID value (draft-ietf-sip-privacy), which came before P-Asserted-Identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RemotePartyId<'a> {
    /// The party, and all parameters.
    pub address: Address<'a>,
}

impl<'a> RemotePartyId<'a> {
    /// Reads one value. `None` when it is no address.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let address = Address::parse(value)?;
        Some(Self { address })
    }

    /// Which party: `calling` or `called`.
    pub fn party(self) -> Option<&'a [u8]> {
        self.address.params.get("party")
    }

    /// What is to be hidden: `full`, `name`, `uri`, `off`.
    pub fn privacy(self) -> Option<&'a [u8]> {
        self.address.params.get("privacy")
    }

    /// Whether the sender checked the identity: `yes` or `no`.
    pub fn is_screened(self) -> Option<bool> {
        let screen = self.address.params.get("screen")?;
        if screen.eq_ignore_ascii_case(b"yes") {
            Some(true)
        } else {
            screen.eq_ignore_ascii_case(b"no").then_some(false)
        }
    }
}

/// History-Info: addresses, each with an index.
pub(super) fn history_info(value: &[u8], report: Report<'_>) {
    Address::list_faults(value, report);
    each_address(value, report, &mut |element, address, report| {
        match address.params.get("index") {
            None => report(element.fault(FaultKind::IndexMissing)),
            Some(index) if !is_index(index) => report(element.fault(FaultKind::BadIndex)),
            Some(_) => {}
        }
        for name in ["rc", "mp", "np"] {
            if address
                .params
                .get(name)
                .is_some_and(|index| !is_index(index))
            {
                report(element.fault(FaultKind::BadIndex));
            }
        }
    });
}

/// Diversion: addresses with a counter of one or two digits.
pub(super) fn diversion(value: &[u8], report: Report<'_>) {
    Address::list_faults(value, report);
    each_address(value, report, &mut |element, address, report| {
        if let Some(counter) = address.params.get("counter")
            && !(matches!(counter.len(), 1 | 2) && decimal(counter).is_some())
        {
            report(element.fault(FaultKind::BadCounter));
        }
    });
}

fn each_address(
    value: &[u8],
    report: Report<'_>,
    each: &mut dyn FnMut(Piece<'_>, Address<'_>, Report<'_>),
) {
    // What is wrong with the list itself was reported with the addresses.
    let quiet: Report<'_> = &mut |_: Fault| ();
    bracket_list(value, quiet, &mut |element, _| {
        if let Some(address) = Address::parse(element.bytes) {
            each(element, address, report);
        }
    });
}
