//! What peers can do, want or agree on: Accept-Contact and Reject-Contact (RFC 3841), Feature-Caps
//! (RFC 6809), Security-Client, -Server and -Verify (RFC 3329), User-to-User (RFC 7433).

use super::Parameterized;
use super::strict::{list, quoted, token, with_any_params, with_params};
use crate::Params;
use crate::fault::{FaultKind, Report};
use crate::lexical::unquote;
use crate::list::List;

/// One value of Security-Client, Security-Server or Security-Verify.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SecurityMechanism<'a> {
    /// The mechanism: `digest`, `tls`, `ipsec-ike`, `ipsec-3gpp`, ...
    pub name: &'a [u8],
    /// The parameters: `q`, `alg`, `spi-c`, ...
    pub params: Params<'a>,
}

impl<'a> SecurityMechanism<'a> {
    /// The mechanisms of one header's list, in order.
    pub fn list(value: &'a [u8]) -> impl Iterator<Item = Self> {
        List::plain(value, false).filter_map(|item| {
            let Parameterized { value, params } = Parameterized::parse(item.value)?;
            Some(Self {
                name: value,
                params,
            })
        })
    }
}

/// One User-to-User value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UserToUser<'a> {
    /// The data without its quotes, encoded as [`UserToUser::encoding`] says.
    pub data: &'a [u8],
    /// The parameters.
    pub params: Params<'a>,
}

impl<'a> UserToUser<'a> {
    /// The values of one header's list, in order.
    pub fn list(value: &'a [u8]) -> impl Iterator<Item = Self> {
        List::plain(value, false).filter_map(|item| {
            let Parameterized { value, params } = Parameterized::parse(item.value)?;
            Some(Self {
                data: unquote(value),
                params,
            })
        })
    }

    /// How the data is encoded: `hex` where it does not say (RFC 7434 §3.1).
    pub fn encoding(self) -> &'a [u8] {
        self.params.get("encoding").unwrap_or(b"hex")
    }

    /// What package it is for, such as `isdn-uui`.
    pub fn purpose(self) -> Option<&'a [u8]> {
        self.params.get("purpose")
    }

    /// What it holds, such as `isdn-uui`.
    pub fn content(self) -> Option<&'a [u8]> {
        self.params.get("content")
    }
}

/// A list of `*` with features behind it: Accept-Contact, Reject-Contact, Feature-Caps.
pub(super) fn features(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        with_any_params(element, report, &mut |text, report| {
            if text.bytes != b"*" {
                report(text.fault(FaultKind::StarMissing));
            }
        });
    });
}

/// Security-Client, Security-Server and Security-Verify.
pub(super) fn security(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        with_params(element, report, &mut token, &mut |param, report| {
            let text = param.value_or_whole();
            if param.is("d-ver") && !text.bytes.starts_with(b"\"") {
                report(text.fault(FaultKind::QuotesMissing));
            }
        });
    });
}

/// User-to-User: a token or a quoted string, hexadecimal where nothing else is said.
pub(super) fn user_to_user(value: &[u8], report: Report<'_>) {
    list(value, report, &mut |element, report| {
        let mut data = None;
        let mut is_hex = true;
        with_params(
            element,
            report,
            &mut |text, report| {
                if text.bytes.starts_with(b"\"") {
                    quoted(text, report);
                } else {
                    token(text, report);
                }
                data = Some((text.span(), is_even_hex(unquote(text.bytes))));
            },
            &mut |param, _| {
                if param.is("encoding") {
                    let encoding = param.value.map_or(&[][..], |value| unquote(value.bytes));
                    is_hex = encoding.eq_ignore_ascii_case(b"hex");
                }
            },
        );
        if let Some((span, false)) = data
            && is_hex
            && !span.is_empty()
        {
            report(crate::Fault {
                span,
                kind: FaultKind::NotHex,
            });
        }
    });
}

fn is_even_hex(text: &[u8]) -> bool {
    text.len().is_multiple_of(2) && text.iter().all(u8::is_ascii_hexdigit)
}
