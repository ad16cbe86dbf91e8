//! Challenges and credentials of the digest scheme.

use sipwhy_parser::{HeaderName, Params};

use crate::check::checks;
use crate::linter::{Linter, line_of, quote, value_of};

checks! {
    INCOMPLETE: Error "digest-incomplete",
        "digest challenge or credentials without a parameter that they must have",
        "RFC 3261 §22.4, RFC 7616 §3.3, §3.4",
        "The other side cannot compute or check the digest: a server challenges again, a client \
         gives up.";
    QOP: Error "digest-qop-incomplete",
        "credentials with qop and without cnonce or nc, or the reverse",
        "RFC 7616 §3.4",
        "Both sides then compute different digests, and the server challenges again and again.";
    VALUE: Error "digest-value-malformed",
        "a digest parameter that cannot be what it says",
        "RFC 7616 §3.4, §3.4.6",
        "The server does not accept the credentials, and challenges again.";
    SCHEME: Note "authentication-scheme",
        "an authentication scheme other than Digest",
        "RFC 3261 §22.4",
        "Receivers that do not know it ignore it, and challenge with one that they know.";
}

const CHALLENGES: [HeaderName; 2] = [HeaderName::WwwAuthenticate, HeaderName::ProxyAuthenticate];
const CREDENTIALS: [HeaderName; 2] = [HeaderName::Authorization, HeaderName::ProxyAuthorization];
/// Schemes that are in use with SIP beside Digest.
const OTHERS: [&str; 4] = ["Bearer", "NTLM", "Kerberos", "TLS-DSK"];

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    for name in CHALLENGES.into_iter().chain(CREDENTIALS) {
        for header in linter.message.all(name).filter(|header| header.is_complete) {
            let value = header.value;
            let end = value.iter().position(u8::is_ascii_whitespace);
            let (scheme, rest) = value
                .split_at_checked(end.unwrap_or(value.len()))
                .unwrap_or_default();
            if scheme.is_empty() {
                linter.find(&INCOMPLETE, line_of(&header), format!("{name} is empty"));
                continue;
            }
            if !scheme.eq_ignore_ascii_case(b"Digest") {
                if !OTHERS
                    .iter()
                    .any(|it| scheme.eq_ignore_ascii_case(it.as_bytes()))
                {
                    let says = format!("{} is a scheme that few know", quote(scheme));
                    linter.find(&SCHEME, linter.span_of(scheme), says);
                }
                continue;
            }
            let digest = Digest::new(rest);
            let is_challenge = CHALLENGES.contains(&name);
            let needed: &[&str] = if is_challenge {
                &["realm", "nonce"]
            } else {
                &["username", "realm", "nonce", "uri", "response"]
            };
            for param in needed {
                // RFC 7616 lets a hashed or extended user name take its place.
                let has = digest.get(param).is_some()
                    || *param == "username" && digest.get("username*").is_some();
                if !has {
                    let says = format!("{name} has no {param}");
                    linter.find(&INCOMPLETE, value_of(&header), says);
                }
            }
            if !is_challenge {
                credentials(linter, &digest);
            }
        }
    }
}

fn credentials(linter: &mut Linter<'_, '_>, digest: &Digest<'_>) {
    let (qop, cnonce, count) = (digest.get("qop"), digest.get("cnonce"), digest.get("nc"));
    if let Some(qop) = qop {
        for (name, value) in [("cnonce", cnonce), ("nc", count)] {
            if value.is_none() {
                let says = format!("qop is there, and {name} is not");
                linter.find(&QOP, linter.span_of(qop), says);
            }
        }
    }
    if let Some(count) = count
        && (count.len() != 8 || !count.iter().all(u8::is_ascii_hexdigit))
    {
        let says = format!("nc is {}, not eight hexadecimal digits", quote(count));
        linter.find(&VALUE, linter.span_of(count), says);
    }
    let is_known = digest.get("algorithm").is_none_or(|it| {
        [&b"MD5"[..], b"MD5-sess", b"SHA-256", b"SHA-256-sess"]
            .iter()
            .any(|known| it.eq_ignore_ascii_case(known))
    });
    if let Some(response) = digest.get("response")
        && is_known
        && (!matches!(response.len(), 32 | 64) || !response.iter().all(u8::is_ascii_hexdigit))
    {
        // An empty one goes with AKA's first REGISTER (RFC 3310 §3.2).
        if !response.is_empty() {
            let says = format!(
                "the response {} is no digest in hexadecimal",
                quote(response)
            );
            linter.find(&VALUE, linter.span_of(response), says);
        }
    }
}

/// Parameters with commas between them.
struct Digest<'a> {
    params: Vec<(&'a [u8], &'a [u8])>,
}

/// More than any scheme has.
const MOST_PARAMS: usize = 32;

impl<'a> Digest<'a> {
    fn new(text: &'a [u8]) -> Self {
        let mut params = Vec::new();
        let mut rest = text;
        while !rest.is_empty() && params.len() < MOST_PARAMS {
            let end = end_of_param(rest);
            let (param, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = after.get(1..).unwrap_or_default();
            // One parameter alone: names and quotes are read as elsewhere.
            if let Some((name, value)) = Params::new(param).iter().next() {
                params.push((name, value.unwrap_or_default()));
            }
        }
        Self { params }
    }

    fn get(&self, name: &str) -> Option<&'a [u8]> {
        let found = self
            .params
            .iter()
            .find(|(it, _)| it.eq_ignore_ascii_case(name.as_bytes()));
        found.map(|(_, value)| *value)
    }
}

/// Where the comma is that ends the parameter: not inside a quoted string.
fn end_of_param(text: &[u8]) -> usize {
    let mut is_quoted = false;
    let mut is_escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => return at,
            _ => {}
        }
    }
    text.len()
}
