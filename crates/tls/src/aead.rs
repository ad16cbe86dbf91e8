//! Ciphers that encrypt and authenticate at once.

use aes::{Aes128, Aes256};
use aes_gcm::aead::array::Array;
use aes_gcm::aead::consts::{U8, U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use ccm::Ccm;
use chacha20poly1305::ChaCha20Poly1305;

use crate::suite::Protection;

pub(crate) const NONCE: usize = 12;

/// A cipher with its key.
pub(crate) trait Aead: Send + Sync {
    /// Makes plaintext of ciphertext and tag. What is left in `text` means nothing if it fails.
    fn open(&self, nonce: [u8; NONCE], associated: &[u8], text: &mut Vec<u8>) -> bool;

    /// How long its tag is.
    fn tag(&self) -> usize;
}

impl<A: AeadInOut<NonceSize = U12> + Send + Sync> Aead for A {
    fn open(&self, nonce: [u8; NONCE], associated: &[u8], text: &mut Vec<u8>) -> bool {
        self.decrypt_in_place(&Array(nonce), associated, text)
            .is_ok()
    }

    fn tag(&self) -> usize {
        Array::<u8, A::TagSize>::default().len()
    }
}

/// `None` if the key has not the right length, or if it is a cipher of another kind.
pub(crate) fn make(protection: Protection, key: &[u8]) -> Option<Box<dyn Aead>> {
    fn boxed<A: Aead + KeyInit + 'static>(key: &[u8]) -> Option<Box<dyn Aead>> {
        Some(Box::new(A::new_from_slice(key).ok()?))
    }
    match protection {
        Protection::Aes128Gcm => boxed::<Aes128Gcm>(key),
        Protection::Aes256Gcm => boxed::<Aes256Gcm>(key),
        Protection::Aes128Ccm => boxed::<Ccm<Aes128, U16, U12>>(key),
        Protection::Aes256Ccm => boxed::<Ccm<Aes256, U16, U12>>(key),
        Protection::Aes128Ccm8 => boxed::<Ccm<Aes128, U8, U12>>(key),
        Protection::Aes256Ccm8 => boxed::<Ccm<Aes256, U8, U12>>(key),
        Protection::ChaCha20Poly1305 => boxed::<ChaCha20Poly1305>(key),
        Protection::Aes128Cbc(_) | Protection::Aes256Cbc(_) => None,
    }
}
