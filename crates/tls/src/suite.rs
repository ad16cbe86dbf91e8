//! Cipher suites: what they are called, and what that says of how records are protected.

use crate::CipherSuite;
use crate::suite_names::NAMES;

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
}

/// How records are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protection {
    /// RFC 5288, RFC 8446.
    Aes128Gcm,
    /// RFC 5288, RFC 8446.
    Aes256Gcm,
    /// RFC 6655, RFC 7251.
    Aes128Ccm,
    /// RFC 6655, RFC 7251.
    Aes256Ccm,
    /// CCM with a tag of eight bytes.
    Aes128Ccm8,
    /// CCM with a tag of eight bytes.
    Aes256Ccm8,
    /// RFC 7905, RFC 8446.
    ChaCha20Poly1305,
    /// CBC and a MAC made with this hash (RFC 5246 §6.2.3.2).
    Aes128Cbc(Hash),
    /// CBC and a MAC made with this hash (RFC 5246 §6.2.3.2).
    Aes256Cbc(Hash),
}

impl Protection {
    /// How long its key is.
    pub(crate) const fn key(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128Ccm | Self::Aes128Ccm8 | Self::Aes128Cbc(_) => 16,
            Self::Aes256Gcm
            | Self::Aes256Ccm
            | Self::Aes256Ccm8
            | Self::Aes256Cbc(_)
            | Self::ChaCha20Poly1305 => 32,
        }
    }
}

/// What is to be known of a suite in order to read what it protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Suite {
    pub(crate) protection: Protection,
    /// What keys are derived with in TLS 1.2 and 1.3.
    pub(crate) hash: Hash,
}

impl CipherSuite {
    /// The name that IANA's registry has for it; `None` if it is not known here.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let at = NAMES.binary_search_by_key(&self.0, |row| row.0).ok()?;
        NAMES.get(at).map(|row| row.1)
    }

    /// Whether it is one of TLS 1.3, which share no number with those before.
    pub(crate) const fn is_tls13(self) -> bool {
        self.0 >> 8 == 0x13
    }

    /// How it protects records; `None` if it is not read here.
    pub(crate) fn suite(self) -> Option<Suite> {
        let name = self.name()?;
        // The key exchange stands before it, except in TLS 1.3.
        let words = match name.split_once("_WITH_") {
            Some((_, words)) => words,
            None => name.strip_prefix("TLS_")?,
        };
        // Suites whose name ends with no hash of SHA-2 derive their keys with SHA-256
        // (RFC 5246 §5).
        let hash = if words.ends_with("_SHA384") {
            Hash::Sha384
        } else {
            Hash::Sha256
        };
        let protection = match words {
            "AES_128_GCM_SHA256" => Protection::Aes128Gcm,
            "AES_256_GCM_SHA384" => Protection::Aes256Gcm,
            "AES_128_CCM" | "AES_128_CCM_SHA256" => Protection::Aes128Ccm,
            "AES_256_CCM" => Protection::Aes256Ccm,
            "AES_128_CCM_8" | "AES_128_CCM_8_SHA256" => Protection::Aes128Ccm8,
            "AES_256_CCM_8" => Protection::Aes256Ccm8,
            "CHACHA20_POLY1305_SHA256" => Protection::ChaCha20Poly1305,
            "AES_128_CBC_SHA" => Protection::Aes128Cbc(Hash::Sha1),
            "AES_256_CBC_SHA" => Protection::Aes256Cbc(Hash::Sha1),
            "AES_128_CBC_SHA256" => Protection::Aes128Cbc(Hash::Sha256),
            "AES_256_CBC_SHA256" => Protection::Aes256Cbc(Hash::Sha256),
            "AES_256_CBC_SHA384" => Protection::Aes256Cbc(Hash::Sha384),
            _ => return None,
        };
        Some(Suite { protection, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_order() {
        assert!(NAMES.is_sorted_by(|left, right| left.0 < right.0));
    }

    #[test]
    fn a_name_tells_the_protection() {
        let suite = |number| CipherSuite(number).suite();
        let expected = |protection, hash| Some(Suite { protection, hash });
        assert_eq!(
            suite(0xc030),
            expected(Protection::Aes256Gcm, Hash::Sha384),
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        );
        assert_eq!(
            suite(0x002f),
            expected(Protection::Aes128Cbc(Hash::Sha1), Hash::Sha256),
            "TLS_RSA_WITH_AES_128_CBC_SHA"
        );
        assert_eq!(
            suite(0xc028),
            expected(Protection::Aes256Cbc(Hash::Sha384), Hash::Sha384),
            "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"
        );
        assert_eq!(
            suite(0x1303),
            expected(Protection::ChaCha20Poly1305, Hash::Sha256),
            "TLS_CHACHA20_POLY1305_SHA256"
        );
        assert_eq!(suite(0xc011), None, "RC4 is not read");
        assert_eq!(
            CipherSuite(0xc011).to_string(),
            "TLS_ECDHE_RSA_WITH_RC4_128_SHA"
        );
        assert_eq!(CipherSuite(0xfefe).to_string(), "cipher suite 0xfefe");
    }
}
