//! What a certificate says.

use std::net::{Ipv4Addr, Ipv6Addr};

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
    /// `DNS:sip.example.com`, `IP:192.0.2.1` or `URI:sip:example.com`; 64 at most.
    pub names: Vec<String>,
}

/// The most names that are told of a certificate.
const MAX_NAMES: usize = 64;
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
        let certificate = x509_cert::Certificate::from_der(der).ok()?;
        let content = certificate.tbs_certificate();
        let validity = content.validity();
        let names = match content.get_extension::<SubjectAltName>() {
            Ok(Some((_, SubjectAltName(names)))) => {
                names.iter().filter_map(name).take(MAX_NAMES).collect()
            }
            Ok(None) | Err(_) => Vec::new(),
        };
        Some(Self {
            subject: cut(content.subject().to_string()),
            issuer: cut(content.issuer().to_string()),
            not_before: validity.not_before.to_unix_duration().as_secs(),
            not_after: validity.not_after.to_unix_duration().as_secs(),
            names,
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
