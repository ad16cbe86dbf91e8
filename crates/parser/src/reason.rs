//! The Reason header.

use memchr::memchr;

use crate::Params;
use crate::lexical::{cut, decimal, is_token, trim};

/// One Reason value (RFC 3326).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reason<'a> {
    /// The protocol as written: `SIP`, `Q.850`, ...
    pub protocol: &'a [u8],
    /// The cause; `None` when absent or no number.
    pub cause: Option<u32>,
    /// The text without its quotes, escapes left in place.
    pub text: Option<&'a [u8]>,
    /// All parameters, `cause` and `text` among them.
    pub params: Params<'a>,
}

impl<'a> Reason<'a> {
    /// Reads one Reason value. `None` when the protocol is no token.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (protocol, params) = match memchr(b';', value) {
            Some(at) => (cut(value, 0..at), cut(value, at + 1..value.len())),
            None => (value, &[][..]),
        };
        let protocol = trim(protocol);
        if !is_token(protocol) {
            return None;
        }
        let params = Params::new(params);
        let cause = params.get("cause").and_then(decimal);
        Some(Self {
            protocol,
            cause,
            text: params.get("text"),
            params,
        })
    }
}
