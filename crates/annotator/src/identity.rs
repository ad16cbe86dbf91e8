//! What the Identity headers of a request claim (RFC 8224), beside what the request itself says.

use sipwhy_content::passport::{Attestation, Identity, Passport, PassportFaultKind};
use sipwhy_parser::{HeaderName, Message, Uri, printable};
use smallvec::SmallVec;

/// Tokens that are read of one request: the caller's own and one for each diversion.
const MOST: usize = 8;
/// Characters that are kept of one claim.
const LONGEST: usize = 80;
/// Of a number without its country code at least this many digits say which one it is.
const LEAST_DIGITS: usize = 7;

/// What one token claims.
#[derive(Debug)]
pub(crate) struct Claims {
    /// `ppt`: which kind of token it is, such as `shaken`.
    pub(crate) extension: Option<Box<str>>,
    pub(crate) attestation: Option<Attestation>,
    pub(crate) origin: Claim,
    pub(crate) destination: Claim,
    /// `iat`, in seconds since 1970.
    pub(crate) issued_at: Option<u64>,
    /// `x5u`: where the certificate is.
    pub(crate) certificate: Option<Box<str>>,
    /// What is wrong with its form.
    pub(crate) faults: SmallVec<[PassportFaultKind; 1]>,
    /// Whether header and payload are left out, for the receiver to make (RFC 8225 §7).
    pub(crate) is_compact: bool,
}

/// What a token claims of one party, beside the header that names it.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) claimed: Box<str>,
    /// The URI in that header.
    pub(crate) shown: Box<str>,
    pub(crate) header: HeaderName,
    pub(crate) fit: Fit,
}

/// Whether a claim and a header name the same party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Same,
    Other,
    /// It cannot be told: one is a number and the other a name, or an extension.
    Unclear,
}

/// The tokens of a request, and how many were left unread because there were too many.
pub(crate) fn read(message: &Message<'_, '_>) -> (SmallVec<[Claims; 1]>, u64) {
    let mut headers = message.all(HeaderName::Identity);
    let mut tokens: SmallVec<[Claims; 1]> = headers
        .by_ref()
        .take(MOST)
        .map(|header| Claims::of(&Passport::of_identity(header.value), message))
        .collect();
    let refused = headers.count() as u64;
    // Whom a diverted call was for at first is in the diversion's own token (RFC 8946 §3).
    let is_diverted = tokens
        .iter()
        .any(|token| token.extension.as_deref() == Some("div"));
    if is_diverted {
        for token in &mut tokens {
            token.destination.fit = Fit::Unclear;
        }
    }
    (tokens, refused)
}

impl Claims {
    fn of(passport: &Passport, message: &Message<'_, '_>) -> Self {
        let uri_in = |name| message.address(name).map(|address| address.uri);
        let asserted = uri_in(HeaderName::PAssertedIdentity);
        let from = uri_in(HeaderName::From);
        // SHAKEN signs what the network asserts, others what From says (RFC 8224 §8.3).
        let caller = [
            (HeaderName::PAssertedIdentity, asserted),
            (HeaderName::From, from),
        ];
        let called = [(HeaderName::To, uri_in(HeaderName::To))];
        Self {
            extension: passport.extension.as_deref().map(kept),
            attestation: passport.attestation,
            origin: Claim::of(&passport.origin, &caller),
            destination: Claim::of(&passport.destination, &called),
            issued_at: passport.issued_at,
            certificate: passport.certificate.as_deref().map(kept),
            faults: passport.faults.iter().map(|fault| fault.kind).collect(),
            is_compact: passport.is_compact,
        }
    }
}

impl Claim {
    /// Compares what is claimed with each of these headers: it has to fit one of them.
    fn of(claimed: &[Identity], headers: &[(HeaderName, Option<&[u8]>)]) -> Self {
        let present = || {
            let mut headers = headers.iter();
            std::iter::from_fn(move || headers.next())
                .filter_map(|(name, uri)| Some((*name, (*uri)?)))
        };
        let fit_of = |uri: &[u8]| {
            let mut fits = claimed.iter().map(|identity| fit(identity, uri));
            fits.clone()
                .find(|fit| *fit == Fit::Same)
                .or_else(|| fits.find(|fit| *fit == Fit::Unclear))
                .unwrap_or(Fit::Other)
        };
        let best = [Fit::Same, Fit::Unclear, Fit::Other]
            .into_iter()
            .find_map(|wanted| {
                let (name, uri) = present().find(|(_, uri)| fit_of(uri) == wanted)?;
                Some((name, uri, wanted))
            });
        let names: Vec<&str> = claimed.iter().take(MOST).map(Identity::text).collect();
        let (header, shown, fit) = match best {
            Some((name, uri, fit)) if !claimed.is_empty() => (name, uri, fit),
            _ => (HeaderName::From, &b""[..], Fit::Unclear),
        };
        Self {
            claimed: kept(&names.join(",")),
            shown: kept(&String::from_utf8_lossy(shown)),
            header,
            fit,
        }
    }
}

/// Whether a claim and a URI name the same party.
fn fit(claimed: &Identity, uri: &[u8]) -> Fit {
    let Some(uri) = Uri::parse(uri) else {
        return Fit::Unclear;
    };
    match claimed {
        Identity::Number(number) => {
            let written = uri.phone_number().map(|number| number.written);
            let Some(shown) = written.or_else(|| uri.user_name()) else {
                return Fit::Unclear;
            };
            same_number(number.as_bytes(), shown)
        }
        Identity::Uri(text) => match Uri::parse(text.as_bytes()) {
            Some(claimed) if claimed.is_sip() && uri.is_sip() => {
                let is_same =
                    claimed.user == uri.user && claimed.host.eq_ignore_ascii_case(uri.host);
                if is_same { Fit::Same } else { Fit::Other }
            }
            _ => Fit::Unclear,
        },
    }
}

/// Compares numbers as RFC 8224 §8.3 has them compared: by their digits. One without `+` may be
/// written as it is dialled at home.
fn same_number(claimed: &[u8], shown: &[u8]) -> Fit {
    let is_global = shown.starts_with(b"+");
    let (Some(claimed), Some(shown)) = (digits(claimed), digits(shown)) else {
        return Fit::Unclear;
    };
    let at_home = shown.trim_start_matches('0');
    let abroad = shown.strip_prefix("011").unwrap_or(at_home);
    if claimed == shown || !is_global && (claimed == abroad || claimed == at_home) {
        Fit::Same
    } else if is_global {
        Fit::Other
    } else if at_home.len() < LEAST_DIGITS {
        Fit::Unclear
    } else if claimed.ends_with(at_home) {
        Fit::Same
    } else {
        Fit::Other
    }
}

/// The digits of a number; `None` where there is anything else than digits and visual separators.
fn digits(number: &[u8]) -> Option<String> {
    let number = number.strip_prefix(b"+").unwrap_or(number);
    let mut kept = String::new();
    for byte in number {
        match byte {
            b'0'..=b'9' => kept.push(char::from(*byte)),
            b'-' | b'.' | b'(' | b')' | b' ' => {}
            _ => return None,
        }
    }
    (!kept.is_empty()).then_some(kept)
}

fn kept(text: &str) -> Box<str> {
    let printable = printable(text.as_bytes());
    match printable.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", printable.get(..at).unwrap_or_default()).into(),
        None => printable.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        for shown in [
            "+12155550101",
            "+1-215-555-0101",
            "12155550101",
            "0012155550101",
            "01112155550101",
            "2155550101",
            "(215) 555-0101",
            "5550101",
        ] {
            assert_eq!(
                same_number(b"12155550101", shown.as_bytes()),
                Fit::Same,
                "{shown}"
            );
        }
        for shown in ["+12155550102", "+2155550101", "12155550102", "2155550102"] {
            assert_eq!(
                same_number(b"12155550101", shown.as_bytes()),
                Fit::Other,
                "{shown}"
            );
        }
        for shown in ["0101", "alice", "anonymous", "+", ""] {
            assert_eq!(
                same_number(b"12155550101", shown.as_bytes()),
                Fit::Unclear,
                "{shown}"
            );
        }
    }
}
