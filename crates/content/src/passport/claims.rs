//! What a PASSporT claims.

use serde_json::Value;

/// How sure the signer is of the caller (RFC 8588 §4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Attestation {
    /// `A`: knows the caller, and that the number is theirs.
    Full,
    /// `B`: knows the caller, not the number.
    Partial,
    /// `C`: knows only where the call came in.
    Gateway,
}

impl Attestation {
    pub(super) fn read(level: &str) -> Option<Self> {
        Some(match level {
            "A" => Self::Full,
            "B" => Self::Partial,
            "C" => Self::Gateway,
            _ => return None,
        })
    }

    /// The letter.
    pub const fn letter(self) -> char {
        match self {
            Self::Full => 'A',
            Self::Partial => 'B',
            Self::Gateway => 'C',
        }
    }
}

/// Who calls or is called (RFC 8225 §5.2.1).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Identity {
    /// A telephone number: digits, `*` and `#`.
    Number(String),
    /// A URI.
    Uri(String),
}

impl Identity {
    /// All that a claim such as `{"tn":["1215"],"uri":"sip:a@b"}` names, one or several of each.
    pub(super) fn all(claim: Option<&Value>) -> Vec<Self> {
        let mut found = Vec::new();
        for (name, make) in [
            ("tn", Self::Number as fn(String) -> Self),
            ("uri", Self::Uri),
        ] {
            match claim.and_then(|claim| claim.get(name)) {
                Some(Value::String(one)) => found.push(make(one.clone())),
                Some(Value::Array(several)) => {
                    let texts = several.iter().filter_map(Value::as_str);
                    found.extend(texts.map(|text| make(text.to_owned())));
                }
                _ => {}
            }
        }
        found
    }

    /// The number or the URI.
    pub fn text(&self) -> &str {
        match self {
            Self::Number(text) | Self::Uri(text) => text,
        }
    }
}
