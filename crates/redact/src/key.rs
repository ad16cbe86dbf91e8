//! What stand-ins are made with.

use sha2::{Digest, Sha256};

/// A secret that decides which value has which stand-in. Whoever knows it can find out what a
/// stand-in stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key([u64; 2]);

impl Key {
    /// The key of these bytes, which should be random: 16 or more.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        let digest = Sha256::new_with_prefix(b"sipwhy redaction 1")
            .chain_update(secret)
            .finalize();
        let half = |at: usize| {
            let bytes = digest.get(at..).and_then(<[u8]>::first_chunk);
            bytes.map_or(0, |bytes| u64::from_be_bytes(*bytes))
        };
        Self([half(0), half(8)])
    }

    pub(crate) const fn halves(self) -> [u64; 2] {
        self.0
    }
}

impl std::fmt::Debug for Key {
    /// A secret is not shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_depends_on_every_byte_and_is_not_shown() {
        assert_eq!(Key::new(b"secret"), Key::new(b"secret"));
        assert_ne!(Key::new(b"secret"), Key::new(b"secreT"));
        assert_eq!(format!("{:?}", Key::new(b"secret")), "Key");
    }
}
