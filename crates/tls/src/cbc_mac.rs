//! AES in CBC mode with a MAC beside it, as TLS 1.2 and before have it (RFC 5246 §6.2.3.2).

use aes::cipher::{BlockModeDecrypt, InnerIvInit};
use aes::{Aes128, Aes256};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384};

use crate::opener::Unsealed;
use crate::record::{Header, Record};
use crate::suite::Hash;

const BLOCK: usize = 16;

/// What one direction's records are protected with.
pub(crate) struct CbcMac {
    cipher: Cipher,
    mac: MacKey,
    /// The MAC is made of the ciphertext, not of the plaintext (RFC 7366).
    encrypt_then_mac: bool,
    chain: Chain,
}

/// Where a record's initial vector comes from.
enum Chain {
    /// It stands in front of the record.
    Explicit,
    /// It is the last block of the record before (RFC 2246 §6.2.3.2). The one at hand is for the
    /// record of this number, unless some were lost.
    Implicit(u64, [u8; BLOCK]),
}

enum Cipher {
    Aes128(Aes128),
    Aes256(Aes256),
}

enum MacKey {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
}

impl CbcMac {
    /// `None` if the keys have not the right lengths. There is an initial vector in TLS 1.0 alone.
    pub(crate) fn new(
        hash: Hash,
        mac_key: &[u8],
        key: &[u8],
        initial: Option<[u8; BLOCK]>,
        encrypt_then_mac: bool,
    ) -> Option<Self> {
        let mac = match hash {
            Hash::Sha1 => MacKey::Sha1(<Hmac<Sha1> as KeyInit>::new_from_slice(mac_key).ok()?),
            Hash::Sha256 => {
                MacKey::Sha256(<Hmac<Sha256> as KeyInit>::new_from_slice(mac_key).ok()?)
            }
            Hash::Sha384 => {
                MacKey::Sha384(<Hmac<Sha384> as KeyInit>::new_from_slice(mac_key).ok()?)
            }
        };
        let cipher = match key.len() {
            16 => Cipher::Aes128(Aes128::new_from_slice(key).ok()?),
            32 => Cipher::Aes256(Aes256::new_from_slice(key).ok()?),
            _ => return None,
        };
        let chain = match initial {
            Some(initial) => Chain::Implicit(0, initial),
            None => Chain::Explicit,
        };
        Some(Self {
            cipher,
            mac,
            encrypt_then_mac,
            chain,
        })
    }

    /// Puts the plaintext into `text`; `None` if the MAC does not fit, in which case what is left
    /// there means nothing.
    pub(crate) fn open(
        &mut self,
        sequence: u64,
        record: Record<'_>,
        text: &mut Vec<u8>,
    ) -> Option<Unsealed> {
        if self.encrypt_then_mac {
            self.open_mac_of_ciphertext(sequence, record, text)
        } else {
            self.open_mac_of_plaintext(sequence, record, text)
        }
    }

    /// RFC 7366 §3.
    fn open_mac_of_ciphertext(
        &mut self,
        sequence: u64,
        record: Record<'_>,
        text: &mut Vec<u8>,
    ) -> Option<Unsealed> {
        let (sealed, tag) = self.split_mac(record.payload)?;
        if !self.mac.fits(sequence, record.header, sealed, tag) {
            return None;
        }
        let (initial, sealed) = match &mut self.chain {
            Chain::Explicit => sealed.split_first_chunk().map(|(iv, rest)| (*iv, rest))?,
            Chain::Implicit(number, initial) => {
                // The MAC does not cover it, so that it must be known to be the right one.
                let known = (*number == sequence).then_some(*initial);
                *number = sequence.saturating_add(1);
                *initial = *sealed.last_chunk()?;
                match known {
                    Some(initial) => (initial, sealed),
                    None => return Some(Unsealed::Unreadable),
                }
            }
        };
        self.decrypt(initial, sealed, text)?;
        Some(Unsealed::Content(record.header.content))
    }

    /// RFC 5246 §6.2.3.2, RFC 2246 §6.2.3.2.
    fn open_mac_of_plaintext(
        &self,
        sequence: u64,
        record: Record<'_>,
        text: &mut Vec<u8>,
    ) -> Option<Unsealed> {
        let (initial, sealed) = match self.chain {
            Chain::Explicit => {
                let (initial, sealed) = record.payload.split_first_chunk()?;
                (*initial, sealed)
            }
            // A wrong one makes a plaintext that the MAC does not fit.
            Chain::Implicit(_, initial) => (initial, record.payload),
        };
        self.decrypt(initial, sealed, text)?;
        let (content, tag) = self.split_mac(text)?;
        if !self.mac.fits(sequence, record.header, content, tag) {
            return None;
        }
        let len = content.len();
        text.truncate(len);
        Some(Unsealed::Content(record.header.content))
    }

    fn decrypt(&self, initial: [u8; BLOCK], sealed: &[u8], text: &mut Vec<u8>) -> Option<()> {
        text.clear();
        text.extend_from_slice(sealed);
        self.cipher.decrypt(initial, text)?;
        remove_padding(text)
    }

    /// Takes note of a record that has passed, opened or not.
    pub(crate) fn passed(&mut self, payload: &[u8]) {
        if !self.encrypt_then_mac
            && let Chain::Implicit(_, initial) = &mut self.chain
            && let Some(last) = payload.last_chunk()
        {
            *initial = *last;
        }
    }

    fn split_mac<'b>(&self, bytes: &'b [u8]) -> Option<(&'b [u8], &'b [u8])> {
        bytes.split_at_checked(bytes.len().checked_sub(self.mac.tag())?)
    }
}

/// Removes what fills the last block, and its length. Every byte of it holds that length.
fn remove_padding(text: &mut Vec<u8>) -> Option<()> {
    let &count = text.last()?;
    let content = text.len().checked_sub(usize::from(count) + 1)?;
    let padding = text.get(content..)?;
    if !padding.iter().all(|&byte| byte == count) {
        return None;
    }
    text.truncate(content);
    Some(())
}

impl Cipher {
    fn decrypt(&self, initial: [u8; BLOCK], text: &mut [u8]) -> Option<()> {
        let (blocks, rest) = aes::Block::slice_as_chunks_mut(text);
        if !rest.is_empty() {
            return None;
        }
        let initial = aes::Block::from(initial);
        match self {
            Self::Aes128(aes) => {
                cbc::Decryptor::inner_iv_init(aes.clone(), &initial).decrypt_blocks(blocks);
            }
            Self::Aes256(aes) => {
                cbc::Decryptor::inner_iv_init(aes.clone(), &initial).decrypt_blocks(blocks);
            }
        }
        Some(())
    }
}

impl MacKey {
    /// How long its tag is.
    const fn tag(&self) -> usize {
        match self {
            Self::Sha1(_) => 20,
            Self::Sha256(_) => 32,
            Self::Sha384(_) => 48,
        }
    }

    fn fits(&self, sequence: u64, header: Header, content: &[u8], tag: &[u8]) -> bool {
        let Some(header) = header.with_length(content.len()) else {
            return false;
        };
        let parts = [&sequence.to_be_bytes(), header.as_slice(), content];
        match self {
            Self::Sha1(mac) => verify(mac.clone(), parts, tag),
            Self::Sha256(mac) => verify(mac.clone(), parts, tag),
            Self::Sha384(mac) => verify(mac.clone(), parts, tag),
        }
    }
}

fn verify(mut mac: impl Mac, parts: [&[u8]; 3], tag: &[u8]) -> bool {
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(tag).is_ok()
}
