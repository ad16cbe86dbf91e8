//! What a digest must hold, known once all of its parameters are.

use super::Algorithm;
use super::strict::Role;
use crate::fault::params::{Param, Seen};
use crate::fault::piece::Piece;
use crate::fault::{FaultKind, Report};
use crate::lexical::unquote;

/// What a scheme's parameters turned out to hold.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) seen: Seen<'a>,
    names: u32,
    algorithm: Option<&'a [u8]>,
    response: Option<Piece<'a>>,
    nonce_is_empty: bool,
}

/// Parameters that may be a must, each with what is said where it is missing.
const WATCHED: [(&str, FaultKind); 8] = [
    ("realm", FaultKind::RealmMissing),
    ("nonce", FaultKind::NonceMissing),
    ("username", FaultKind::UsernameMissing),
    ("uri", FaultKind::DigestUriMissing),
    ("response", FaultKind::ResponseMissing),
    ("cnonce", FaultKind::CnonceMissing),
    ("nc", FaultKind::NonceCountMissing),
    ("qop", FaultKind::QopMissing),
];

impl<'a> Found<'a> {
    pub(super) fn note(&mut self, param: Param<'a>) {
        for (bit, (name, _)) in WATCHED.iter().enumerate() {
            // `username*` carries a name in another character set (RFC 7616 §3.4).
            if param.is(name) || (*name == "username" && param.is("username*")) {
                self.names |= 1 << bit;
            }
        }
        let Some(value) = param.value else { return };
        let inside = unquote(value.bytes);
        if param.is("algorithm") {
            self.algorithm = Some(inside);
        } else if param.is("response") {
            self.response = Some(value);
        } else if param.is("nonce") {
            self.nonce_is_empty = inside.is_empty();
        }
    }

    fn has(&self, wanted: &str) -> bool {
        WATCHED
            .iter()
            .enumerate()
            .any(|(bit, (name, _))| *name == wanted && self.names & (1 << bit) != 0)
    }

    fn demand(&self, wanted: &[&str], at: Piece<'_>, report: Report<'_>) {
        for (name, kind) in WATCHED {
            if wanted.contains(&name) && !self.has(name) {
                report(at.fault(kind));
            }
        }
    }

    /// Says what is missing once all of a scheme's parameters are known.
    pub(super) fn finish(&self, scheme: Piece<'_>, role: Role, report: Report<'_>) {
        if !scheme.bytes.eq_ignore_ascii_case(b"Digest") {
            return;
        }
        if role == Role::Challenge {
            self.demand(&["realm", "nonce"], scheme, report);
            return;
        }
        self.demand(
            &["realm", "nonce", "username", "uri", "response"],
            scheme,
            report,
        );
        if self.has("qop") {
            self.demand(&["cnonce", "nc"], scheme, report);
        } else if self.has("cnonce") || self.has("nc") {
            // They must not be there without qop (RFC 2617 §3.2.2).
            self.demand(&["qop"], scheme, report);
        }
        if let Some(response) = self.response {
            let digest = unquote(response.bytes);
            let length = self
                .algorithm
                .map_or(Algorithm::Md5, Algorithm::from_bytes)
                .digest_length();
            let is_length_right = length.is_none_or(|length| length == digest.len());
            // The first AKA registration has neither a nonce nor a response yet (RFC 3310).
            let is_first = digest.is_empty() && self.nonce_is_empty;
            let is_hex = digest
                .iter()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte));
            if !(is_first || is_length_right && is_hex) {
                report(response.fault(FaultKind::BadDigest));
            }
        }
    }
}
