//! Opening the records that one key protects.

use std::fmt;

use crate::Version;
use crate::aead::{self, Aead, NONCE};
use crate::cbc_mac::CbcMac;
use crate::derive::{Keys, expand_label};
use crate::key_log::Secret;
use crate::record::Record;
use crate::suite::{Hash, Protection, Suite};

/// One key, and how records are protected with it.
pub(crate) struct Opener(Kind);

enum Kind {
    /// RFC 8446 §5.2: the sequence number is in the nonce; the type of the content is encrypted.
    Tls13(Box<dyn Aead>, [u8; NONCE]),
    /// RFC 7905 §2: the sequence number is in the nonce.
    Tls12(Box<dyn Aead>, [u8; NONCE]),
    /// RFC 5288 §3, RFC 6655 §3: the nonce stands in front of the record, but for its first bytes.
    Tls12Explicit(Box<dyn Aead>, [u8; 4]),
    /// RFC 5246 §6.2.3.2.
    Cbc(Box<CbcMac>),
}

/// What comes of a record that fits the key and the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsealed {
    /// It is open; this is the type of its content.
    Content(u8),
    /// It cannot be decrypted without the one before it, which was lost.
    Unreadable,
}

/// What the keys of a session before TLS 1.3 are made of.
#[derive(Clone, Debug)]
pub(crate) struct Ingredients {
    pub(crate) version: Version,
    pub(crate) suite: Suite,
    pub(crate) client_random: [u8; 32],
    pub(crate) server_random: [u8; 32],
    pub(crate) encrypt_then_mac: bool,
}

impl Opener {
    /// RFC 8446 §7.3.
    pub(crate) fn tls13(suite: Suite, secret: &Secret) -> Option<Self> {
        let len = suite.protection.key();
        let key = expand_label(suite.hash, secret, b"key", len)?;
        let iv = expand_label(suite.hash, secret, b"iv", NONCE)?;
        let aead = aead::make(suite.protection, &key)?;
        Some(Self(Kind::Tls13(aead, *iv.first_chunk()?)))
    }

    /// RFC 5246 §6.3.
    pub(crate) fn tls12(from: &Ingredients, master: &Secret, of_client: bool) -> Option<Self> {
        let protection = from.suite.protection;
        let prf = (from.version >= Version::TLS_1_2).then_some(from.suite.hash);
        let mut keys = Keys::expand(prf, master, &from.client_random, &from.server_random)?;
        // The client's part comes first, each time.
        let mut next = |len| {
            let client = keys.take(len)?.to_vec();
            let server = keys.take(len)?.to_vec();
            Some(if of_client { client } else { server })
        };
        let kind = match protection {
            Protection::Aes128Cbc(hash) | Protection::Aes256Cbc(hash) => {
                let mac_key = next(match hash {
                    Hash::Sha1 => 20,
                    Hash::Sha256 => 32,
                    Hash::Sha384 => 48,
                })?;
                let key = next(protection.key())?;
                let initial = if from.version == Version::TLS_1_0 {
                    Some(*next(16)?.first_chunk()?)
                } else {
                    None
                };
                let etm = from.encrypt_then_mac;
                Kind::Cbc(Box::new(CbcMac::new(hash, &mac_key, &key, initial, etm)?))
            }
            Protection::ChaCha20Poly1305 => {
                let aead = aead::make(protection, &next(protection.key())?)?;
                Kind::Tls12(aead, *next(NONCE)?.first_chunk()?)
            }
            _ => {
                let aead = aead::make(protection, &next(protection.key())?)?;
                Kind::Tls12Explicit(aead, *next(4)?.first_chunk()?)
            }
        };
        Some(Self(kind))
    }

    /// Puts the content of a record into `text`; `None` if the record does not fit the key and the
    /// sequence number, in which case what is left in `text` means nothing.
    pub(crate) fn open(
        &mut self,
        sequence: u64,
        record: Record<'_>,
        text: &mut Vec<u8>,
    ) -> Option<Unsealed> {
        let content = Unsealed::Content(record.header.content);
        text.clear();
        match &mut self.0 {
            Kind::Tls13(aead, iv) => {
                text.extend_from_slice(record.payload);
                let nonce = with_sequence(*iv, sequence);
                if !aead.open(nonce, &record.header.bytes, text) {
                    return None;
                }
                // The type of the content follows it, and then zeros.
                let end = text.iter().rposition(|&byte| byte != 0)?;
                text.truncate(end + 1);
                text.pop().map(Unsealed::Content)
            }
            Kind::Tls12(aead, iv) => {
                let nonce = with_sequence(*iv, sequence);
                open_tls12(&**aead, nonce, sequence, record, record.payload, text)
                    .then_some(content)
            }
            Kind::Tls12Explicit(aead, salt) => {
                let (explicit, sealed) = record.payload.split_first_chunk::<8>()?;
                let mut nonce = [0; NONCE];
                let bytes = salt.iter().chain(explicit);
                for (place, &byte) in nonce.iter_mut().zip(bytes) {
                    *place = byte;
                }
                open_tls12(&**aead, nonce, sequence, record, sealed, text).then_some(content)
            }
            Kind::Cbc(cbc) => cbc.open(sequence, record, text),
        }
    }

    /// Takes note of a record that has passed, opened or not.
    pub(crate) fn passed(&mut self, payload: &[u8]) {
        if let Kind::Cbc(cbc) = &mut self.0 {
            cbc.passed(payload);
        }
    }
}

impl fmt::Debug for Opener {
    /// Shows no key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Tls13(..) => "Opener::Tls13",
            Kind::Tls12(..) => "Opener::Tls12",
            Kind::Tls12Explicit(..) => "Opener::Tls12Explicit",
            Kind::Cbc(_) => "Opener::Cbc",
        })
    }
}

/// RFC 5246 §6.2.3.3.
fn open_tls12(
    aead: &dyn Aead,
    nonce: [u8; NONCE],
    sequence: u64,
    record: Record<'_>,
    sealed: &[u8],
    text: &mut Vec<u8>,
) -> bool {
    let content = sealed.len().checked_sub(aead.tag());
    let Some(header) = content.and_then(|len| record.header.with_length(len)) else {
        return false;
    };
    let mut associated = [0; 13];
    let bytes = sequence.to_be_bytes().into_iter().chain(header);
    for (place, byte) in associated.iter_mut().zip(bytes) {
        *place = byte;
    }
    text.extend_from_slice(sealed);
    aead.open(nonce, &associated, text)
}

fn with_sequence(mut iv: [u8; NONCE], sequence: u64) -> [u8; NONCE] {
    let last = iv.iter_mut().rev();
    for (place, byte) in last.zip(sequence.to_be_bytes().into_iter().rev()) {
        *place ^= byte;
    }
    iv
}
