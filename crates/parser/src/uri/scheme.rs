//! What stands in front of a URI's first colon.

/// A URI's scheme.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scheme<'a> {
    /// `sip:` (RFC 3261 §19.1)
    Sip,
    /// `sips:` (RFC 3261 §19.1)
    Sips,
    /// `tel:` (RFC 3966)
    Tel,
    /// `urn:` (RFC 8141), such as `urn:service:sos` (RFC 5031)
    Urn,
    /// `im:` (RFC 3860)
    Im,
    /// `pres:` (RFC 3859)
    Pres,
    /// Any other, as written: `mailto`, `http`, `cid`, ...
    Other(&'a [u8]),
}

impl<'a> Scheme<'a> {
    /// Reads a scheme's name, in any case; `None` for what cannot be one (RFC 3986 §3.1).
    pub(super) fn parse(name: &'a [u8]) -> Option<Self> {
        let is_scheme = name.first().is_some_and(u8::is_ascii_alphabetic)
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme {
            return None;
        }
        Some(if name.eq_ignore_ascii_case(b"sip") {
            Self::Sip
        } else if name.eq_ignore_ascii_case(b"sips") {
            Self::Sips
        } else if name.eq_ignore_ascii_case(b"tel") {
            Self::Tel
        } else if name.eq_ignore_ascii_case(b"urn") {
            Self::Urn
        } else if name.eq_ignore_ascii_case(b"im") {
            Self::Im
        } else if name.eq_ignore_ascii_case(b"pres") {
            Self::Pres
        } else {
            Self::Other(name)
        })
    }
}
