//! What a certificate says.

use std::net::{Ipv4Addr, Ipv6Addr};

use x509_cert::certificate::{CertificateInner, Raw};
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::Version;
use crate::fields::Fields;

/// What is told of a certificate (RFC 5280).
///
/// Texts are as they are in the certificate: whoever shows them to people has to escape them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it is about, in the form of RFC 4514, such as `CN=sip.example.com,O=Example`.
    pub subject: String,
    /// Who vouches for it, in the same form.
    pub issuer: String,
    /// From when it is valid, in seconds since 1970-01-01 UTC.
    pub not_before: u64,
    /// Until when it is valid, in seconds since 1970-01-01 UTC.
    pub not_after: u64,
    /// The names and addresses that it is good for (RFC 5280 §4.2.1.6), such as
    /// `DNS:sip.example.com`, `IP:192.0.2.1` or `URI:sip:example.com`. As many as 2 KiB hold.
    pub names: Vec<String>,
    /// How many more there are.
    pub names_left_off: usize,
}

/// How many bytes of names are told of a certificate.
const MAX_NAMES: usize = 2048;
/// The longest text that is told of a certificate, in bytes.
const MAX_TEXT: usize = 512;

impl Certificate {
    /// Reads the first certificate of a handshake message: that of whoever shows it (RFC 8446
    /// §4.4.2, RFC 5246 §7.4.2). `None` if there is none, or none that can be read.
    pub(crate) fn of_message(body: &[u8], version: Version) -> Option<Self> {
        let mut fields = Fields::new(body);
        if version >= Version::TLS_1_3 {
            let _request_context = fields.vector8()?;
        }
        let first = fields.vector24()?.vector24()?;
        Self::parse(first.rest())
    }

    fn parse(der: &[u8]) -> Option<Self> {
        // Without the checks of RFC 5280: what was shown is told, good or not.
        let certificate = CertificateInner::<Raw>::from_der(der).ok()?;
        let content = certificate.tbs_certificate();
        let validity = content.validity();
        let mut names = Vec::new();
        let mut names_left_off = 0;
        if let Ok(Some((_, SubjectAltName(all)))) = content.get_extension() {
            let mut left = MAX_NAMES;
            for name in all.iter().filter_map(name) {
                match left.checked_sub(name.len()) {
                    Some(left_then) => {
                        left = left_then;
                        names.push(name);
                    }
                    None => names_left_off += 1,
                }
            }
        }
        Some(Self {
            subject: cut(content.subject().to_string()),
            issuer: cut(content.issuer().to_string()),
            not_before: validity.not_before.to_unix_duration().as_secs(),
            not_after: validity.not_after.to_unix_duration().as_secs(),
            names,
            names_left_off,
        })
    }
}

/// `None` if it is of a kind that says nothing about SIP.
fn name(name: &GeneralName) -> Option<String> {
    Some(cut(match name {
        GeneralName::DnsName(name) => format!("DNS:{}", name.as_str()),
        GeneralName::UniformResourceIdentifier(uri) => format!("URI:{}", uri.as_str()),
        GeneralName::Rfc822Name(address) => format!("email:{}", address.as_str()),
        GeneralName::IpAddress(address) => {
            let bytes = address.as_bytes();
            if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
                format!("IP:{}", Ipv4Addr::from(bytes))
            } else {
                let bytes = <[u8; 16]>::try_from(bytes).ok()?;
                format!("IP:{}", Ipv6Addr::from(bytes))
            }
        }
        _ => return None,
    }))
}

fn cut(mut text: String) -> String {
    let mut end = MAX_TEXT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `tests/record`.
    const ODD: &[u8] = include_bytes!("../tests/data/odd-certificate.der");

    #[test]
    fn one_that_breaks_the_rules_is_told_all_the_same() {
        let certificate = Certificate::parse(ODD).unwrap();
        assert_eq!(
            certificate.subject,
            r#"EMAIL=a@example.com,CN=pbx/1\1b[31m,O=Müller \"VoIP\"\, GmbH,C=DE"#
        );
        assert_eq!(certificate.issuer, certificate.subject);
        assert_eq!(
            certificate.names[..2],
            ["IP:2001:db8::1", "email:bob@example.com"]
        );
        assert!(certificate.names.iter().map(String::len).sum::<usize>() <= MAX_NAMES);
        assert_eq!(certificate.names.len() + certificate.names_left_off, 103);
        assert!(certificate.names_left_off > 40);
    }

    #[test]
    fn one_that_is_cut_is_none() {
        for end in 0..ODD.len() {
            assert_eq!(Certificate::parse(&ODD[..end]), None, "cut at {end}");
        }
    }
}
