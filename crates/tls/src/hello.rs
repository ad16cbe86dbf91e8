//! The hellos, in which client and server agree (RFC 8446 §4.1, RFC 5246 §7.4.1).

use crate::fields::Fields;
use crate::{CipherSuite, Version};

/// By its random a server asks for another hello (RFC 8446 §4.1.3): the SHA-256 of
/// "HelloRetryRequest".
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// The numbers of extensions, in IANA's registry.
mod extension {
    pub(super) const SERVER_NAME: u16 = 0;
    pub(super) const ALPN: u16 = 16;
    pub(super) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(super) const PRE_SHARED_KEY: u16 = 41;
    pub(super) const EARLY_DATA: u16 = 42;
    pub(super) const SUPPORTED_VERSIONS: u16 = 43;
}

/// What a client asks for.
#[derive(Clone, Debug)]
pub(crate) struct ClientHello {
    pub(crate) random: [u8; 32],
    pub(crate) server_name: Option<String>,
    /// Whether data may follow before the handshake's end.
    pub(crate) early_data: bool,
}

/// What a server chose.
#[derive(Clone, Debug)]
pub(crate) struct ServerHello {
    pub(crate) random: [u8; 32],
    pub(crate) version: Version,
    pub(crate) cipher_suite: CipherSuite,
    pub(crate) alpn: Option<String>,
    pub(crate) encrypt_then_mac: bool,
    pub(crate) pre_shared_key: bool,
}

impl ClientHello {
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(body);
        fields.u16()?;
        let random = fields.array()?;
        let _session_id = fields.vector8()?;
        let _cipher_suites = fields.vector16()?;
        let _compression = fields.vector8()?;
        let mut hello = Self {
            random,
            server_name: None,
            early_data: false,
        };
        each_extension(fields, |kind, data| match kind {
            extension::SERVER_NAME => hello.server_name = server_name(data),
            extension::EARLY_DATA => hello.early_data = true,
            _ => {}
        });
        Some(hello)
    }
}

impl ServerHello {
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(body);
        let version = Version(fields.u16()?);
        let random = fields.array()?;
        let _session_id = fields.vector8()?;
        let cipher_suite = CipherSuite(fields.u16()?);
        let _compression = fields.u8()?;
        let mut hello = Self {
            random,
            version,
            cipher_suite,
            alpn: None,
            encrypt_then_mac: false,
            pre_shared_key: false,
        };
        each_extension(fields, |kind, mut data| match kind {
            extension::SUPPORTED_VERSIONS => {
                if let Some(number) = data.u16() {
                    hello.version = Version(number);
                }
            }
            extension::ALPN => hello.alpn = protocol(data),
            extension::ENCRYPT_THEN_MAC => hello.encrypt_then_mac = true,
            extension::PRE_SHARED_KEY => hello.pre_shared_key = true,
            _ => {}
        });
        Some(hello)
    }

    /// Whether it only asks for another hello of the client.
    pub(crate) fn is_retry(&self) -> bool {
        self.random == RETRY
    }
}

/// The protocol that the server chose, out of its encrypted extensions (RFC 8446 §4.3.1).
pub(crate) fn alpn_of_encrypted_extensions(body: &[u8]) -> Option<String> {
    let mut alpn = None;
    each_extension(Fields::new(body), |kind, data| {
        if kind == extension::ALPN {
            alpn = protocol(data);
        }
    });
    alpn
}

/// Goes through a block of extensions, as far as it goes. It may be missing.
fn each_extension<'a>(mut fields: Fields<'a>, mut take: impl FnMut(u16, Fields<'a>)) {
    let Some(mut block) = fields.vector16() else {
        return;
    };
    while let Some(kind) = block.u16()
        && let Some(data) = block.vector16()
    {
        take(kind, data);
    }
}

/// RFC 6066 §3: the first name that is one of a host.
fn server_name(mut data: Fields<'_>) -> Option<String> {
    let mut names = data.vector16()?;
    while let Some(kind) = names.u8() {
        let name = names.vector16()?;
        if kind == 0 {
            return Some(text(name.rest()));
        }
    }
    None
}

/// RFC 7301 §3.1: the only protocol of the list.
fn protocol(mut data: Fields<'_>) -> Option<String> {
    let name = data.vector16()?.vector8()?;
    Some(text(name.rest()))
}

/// Bytes from strangers as text. A name of a host has 255 bytes at most (RFC 1035 §2.3.4), and
/// that of a protocol as well; what claims to be longer is cut.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.get(..255).unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_random_of_a_retry_is_what_the_rfc_says() {
        assert_eq!(Sha256::digest(b"HelloRetryRequest")[..], RETRY);
    }

    #[test]
    fn a_hello_without_extensions_is_read() {
        let mut body = vec![3, 1];
        body.extend([7; 32]);
        body.extend([2, 8, 9, 0, 2, 0, 47, 1, 0]);
        let hello = ClientHello::parse(&body).unwrap();
        assert_eq!(hello.random, [7; 32]);
        assert_eq!(hello.server_name, None);
        for end in 0..body.len() {
            assert!(ClientHello::parse(&body[..end]).is_none(), "cut at {end}");
        }
    }

    #[test]
    fn a_broken_extension_ends_the_list() {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.extend([0, 0xc0, 0x2f, 0]);
        // Encrypt-then-MAC, and one that claims more than there is.
        body.extend([0, 9, 0, 22, 0, 0, 0, 43, 0, 9, 3]);
        let hello = ServerHello::parse(&body).unwrap();
        assert!(hello.encrypt_then_mac);
        assert_eq!(hello.version, Version::TLS_1_2);
        assert_eq!(hello.cipher_suite, CipherSuite(0xc02f));
    }
}
