//! Challenges and credentials: digest (RFC 3261 §22, RFC 7616, RFC 8760), AKA (RFC 3310, RFC 4169)
//! and Bearer (RFC 8898).

mod musts;
mod params;
mod strict;

pub use params::{AuthParams, AuthParamsIter};
pub(super) use strict::{challenges, credentials, info};

use crate::lexical::{cut, is_space, is_token, is_token_byte, trim, trim_start};
use crate::list::List;

/// What a digest is made with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Algorithm<'a> {
    /// `MD5`, which is meant too where no algorithm is named.
    Md5,
    /// `MD5-sess`.
    Md5Sess,
    /// `SHA-256` (RFC 8760).
    Sha256,
    /// `SHA-256-sess`.
    Sha256Sess,
    /// `SHA-512-256` (RFC 8760).
    Sha512T256,
    /// `SHA-512-256-sess`.
    Sha512T256Sess,
    /// `AKAv1-MD5` (RFC 3310).
    AkaV1Md5,
    /// `AKAv2-MD5` (RFC 4169).
    AkaV2Md5,
    /// Any other, as written.
    Other(&'a [u8]),
}

impl<'a> Algorithm<'a> {
    /// The algorithm of this name, in any case.
    pub fn from_bytes(name: &'a [u8]) -> Self {
        const KNOWN: [(&str, Algorithm<'static>); 8] = [
            ("MD5", Algorithm::Md5),
            ("MD5-sess", Algorithm::Md5Sess),
            ("SHA-256", Algorithm::Sha256),
            ("SHA-256-sess", Algorithm::Sha256Sess),
            ("SHA-512-256", Algorithm::Sha512T256),
            ("SHA-512-256-sess", Algorithm::Sha512T256Sess),
            ("AKAv1-MD5", Algorithm::AkaV1Md5),
            ("AKAv2-MD5", Algorithm::AkaV2Md5),
        ];
        KNOWN
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))
            .map_or(Self::Other(name), |(_, algorithm)| *algorithm)
    }

    /// How many hexadecimal digits its digests have; `None` for unknown ones.
    pub const fn digest_length(self) -> Option<usize> {
        match self {
            Self::Md5 | Self::Md5Sess | Self::AkaV1Md5 | Self::AkaV2Md5 => Some(32),
            Self::Sha256 | Self::Sha256Sess | Self::Sha512T256 | Self::Sha512T256Sess => Some(64),
            Self::Other(_) => None,
        }
    }
}

/// A challenge, or credentials: a scheme and its parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Auth<'a> {
    /// The scheme as written, such as `Digest`; empty where a value begins with its parameters.
    pub scheme: &'a [u8],
    /// The parameters, or the bare token of `Bearer` credentials ([`AuthParams::raw`]).
    pub params: AuthParams<'a>,
}

impl<'a> Auth<'a> {
    /// Reads one value of Authorization or Proxy-Authorization, of which each header has one.
    /// `None` when it does not begin with a scheme.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (scheme, rest) = split_scheme(trim(value))?;
        Some(Self {
            scheme,
            params: AuthParams::new(trim(rest)),
        })
    }

    /// Whether the scheme is `Digest`.
    pub fn is_digest(self) -> bool {
        self.scheme.eq_ignore_ascii_case(b"Digest")
    }

    /// Whether the scheme is `Bearer` (RFC 8898).
    pub fn is_bearer(self) -> bool {
        self.scheme.eq_ignore_ascii_case(b"Bearer")
    }

    /// The realm.
    pub fn realm(self) -> Option<&'a [u8]> {
        self.params.get("realm")
    }

    /// The nonce.
    pub fn nonce(self) -> Option<&'a [u8]> {
        self.params.get("nonce")
    }

    /// The algorithm: MD5 where none is named (RFC 3261 §22.4).
    pub fn algorithm(self) -> Algorithm<'a> {
        self.params
            .get("algorithm")
            .map_or(Algorithm::Md5, Algorithm::from_bytes)
    }

    /// The qualities of protection: all that a challenge offers, or the one that credentials use.
    pub fn qop(self) -> impl Iterator<Item = &'a [u8]> {
        List::plain(self.params.get("qop").unwrap_or_default(), false).map(|item| item.value)
    }

    /// Whether the nonce, and nothing else, was what the server did not like.
    pub fn is_stale(self) -> bool {
        self.params
            .get("stale")
            .is_some_and(|stale| stale.eq_ignore_ascii_case(b"true"))
    }

    /// The user name, or its hash where [`Auth::has_hashed_user`].
    pub fn username(self) -> Option<&'a [u8]> {
        self.params.get("username")
    }

    /// `userhash=true` (RFC 7616 §3.4.4).
    pub fn has_hashed_user(self) -> bool {
        self.params
            .get("userhash")
            .is_some_and(|userhash| userhash.eq_ignore_ascii_case(b"true"))
    }

    /// The URI that the credentials were made for.
    pub fn uri(self) -> Option<&'a [u8]> {
        self.params.get("uri")
    }

    /// The digest.
    pub fn response(self) -> Option<&'a [u8]> {
        self.params.get("response")
    }

    /// How many requests used this nonce, this one included; `None` when absent or no hexadecimal
    /// number.
    pub fn nonce_count(self) -> Option<u32> {
        self.params.nonce_count()
    }
}

/// The challenges of one WWW-Authenticate or Proxy-Authenticate value, in order. Commas separate
/// both parameters and challenges: a new challenge begins where a token without an equals sign
/// stands.
#[derive(Clone, Debug)]
pub struct Challenges<'a> {
    rest: &'a [u8],
}

impl<'a> Challenges<'a> {
    /// The challenges of a header's value.
    pub const fn new(value: &'a [u8]) -> Self {
        Self { rest: value }
    }
}

impl<'a> Iterator for Challenges<'a> {
    type Item = Auth<'a>;

    fn next(&mut self) -> Option<Auth<'a>> {
        while let [b',' | b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
        if self.rest.is_empty() {
            return None;
        }
        let (scheme, params) = split_scheme(self.rest).unwrap_or((&[], self.rest));
        let end = challenge_end(params);
        self.rest = cut(params, end.1..params.len());
        Some(Auth {
            scheme,
            params: AuthParams::new(trim(cut(params, 0..end.0))),
        })
    }
}

/// Where the parameters of the challenge in front end, and where the next one begins.
fn challenge_end(params: &[u8]) -> (usize, usize) {
    let list = List::plain(params, false);
    let mut at = 0;
    while let Some(comma) = list.first_end(cut(params, at..params.len())) {
        let next = at + comma + 1;
        if split_scheme(trim_start(cut(params, next..params.len()))).is_some() {
            return (at + comma, next);
        }
        at = next;
    }
    (params.len(), params.len())
}

/// A scheme and what follows it; `None` where the bytes begin with a parameter. What tells a
/// scheme from a parameter is that no equals sign follows.
fn split_scheme(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes
        .iter()
        .position(|&byte| !is_token_byte(byte))
        .unwrap_or(bytes.len());
    let (scheme, rest) = bytes.split_at_checked(end)?;
    let is_scheme = match rest.first() {
        None | Some(b',') => true,
        Some(&byte) if is_space(byte) => trim_start(rest).first() != Some(&b'='),
        Some(_) => false,
    };
    (is_scheme && is_token(scheme)).then_some((scheme, rest))
}
