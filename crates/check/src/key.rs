//! What identifies a finding from one recording of a scenario to the next.

use sha2::{Digest as _, Sha256};
use sipwhy_annotator::Annotation;
use sipwhy_parser::Uri;

/// Bytes of a digest that are shown: enough that two keys never meet.
const SHOWN_BYTES: usize = 16;

/// What a finding is about. None of it changes when the scenario is recorded again: times, ports,
/// tags, Call-IDs and frame numbers do, so they have no part in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The name of the capture.
    pub capture: String,
    /// The rule.
    pub rule: String,
    /// The From URI of the call.
    pub from: Option<String>,
    /// The To URI.
    pub to: Option<String>,
}

impl Subject {
    /// What a finding in a capture is about.
    #[must_use]
    pub fn of(capture: &str, annotation: &Annotation) -> Self {
        let call = annotation.call.as_ref();
        Self {
            capture: capture.to_owned(),
            rule: annotation.rule.to_owned(),
            from: call.map(|call| stable_uri(&call.from)),
            to: call.map(|call| stable_uri(&call.to)),
        }
    }

    /// `call-failed, sip:alice@example.com → sip:bob@example.com`.
    #[must_use]
    pub fn words(&self) -> String {
        match (&self.from, &self.to) {
            (None, None) => self.rule.clone(),
            (from, to) => {
                let end = |uri: &Option<String>| uri.clone().unwrap_or_else(|| "?".to_owned());
                format!("{}, {} → {}", self.rule, end(from), end(to))
            }
        }
    }
}

/// A finding among those of the same subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// What it is about.
    pub subject: Subject,
    /// Which of them it is, from 1, in the order in which they were found.
    pub ordinal: u64,
}

impl Key {
    /// The key as so many hexadecimal digits, for systems that keep fingerprints.
    #[must_use]
    pub fn digest(&self) -> String {
        let Subject {
            capture,
            rule,
            from,
            to,
        } = &self.subject;
        let mut hash = Sha256::new();
        for part in [Some(capture), Some(rule), from.as_ref(), to.as_ref()] {
            // With its length, so that no two lists of parts run together to the same bytes.
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            hash.update(length.to_be_bytes());
            hash.update(part.map_or(&[][..], |part| part.as_bytes()));
        }
        hash.update(self.ordinal.to_be_bytes());
        let digest = hash.finalize();
        let shown = digest.iter().take(SHOWN_BYTES);
        shown.map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A URI without port, parameters, headers and password: scheme, user or number, and host.
#[must_use]
pub fn stable_uri(uri: &str) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Some(parsed) = Uri::parse(uri.as_bytes()) else {
        // Neither parameters nor headers, wherever the rest of it goes wrong.
        return uri.split([';', '?']).next().unwrap_or(uri).to_owned();
    };
    let scheme = uri.split(':').next().unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    let user = parsed.user_name().map(text);
    let host = text(parsed.host).to_ascii_lowercase();
    let host = if parsed.is_ipv6 {
        format!("[{host}]")
    } else {
        host
    };
    match user {
        Some(user) if host.is_empty() => format!("{scheme}:{user}"),
        Some(user) => format!("{scheme}:{user}@{host}"),
        None if host.is_empty() => {
            let rest = text(parsed.rest);
            let rest = rest.split([';', '?']).next().unwrap_or_default();
            format!("{scheme}:{rest}")
        }
        None => format!("{scheme}:{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_with_each_recording_is_left_out_of_a_uri() {
        for (uri, stable) in [
            (
                "sip:alice@Example.com:5062;transport=tcp?X=1",
                "sip:alice@example.com",
            ),
            ("SIPS:+491234;x=1@10.0.0.1:40123", "sips:+491234@10.0.0.1"),
            ("sip:bob@[2001:DB8::1]:5060", "sip:bob@[2001:db8::1]"),
            ("sip:10.0.0.1:5080", "sip:10.0.0.1"),
            ("tel:+1-201-555-0123;phone-context=x", "tel:+1-201-555-0123"),
            ("urn:service:sos", "urn:service:sos"),
            ("not a uri;tag=1", "not a uri"),
            ("", ""),
        ] {
            assert_eq!(stable_uri(uri), stable, "{uri}");
        }
    }

    #[test]
    fn no_two_keys_have_the_same_digest() {
        let key = |capture: &str, rule: &str, from: Option<&str>, ordinal| Key {
            subject: Subject {
                capture: capture.to_owned(),
                rule: rule.to_owned(),
                from: from.map(str::to_owned),
                to: None,
            },
            ordinal,
        };
        let mut digests = [
            key("a", "bc", None, 1),
            key("ab", "c", None, 1),
            key("a", "bc", Some(""), 1),
            key("a", "bc", None, 2),
        ]
        .map(|key| key.digest())
        .to_vec();
        assert!(digests.iter().all(|digest| digest.len() == 32));
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), 4);
    }
}
