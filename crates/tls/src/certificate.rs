//! What a certificate says.

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
