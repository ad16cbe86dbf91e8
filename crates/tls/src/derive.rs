//! From secrets to keys.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha384};

use crate::key_log::Secret;
use crate::suite::Hash;

/// The most that is derived at once: two MAC keys, two keys and two initial vectors.
const MAX_KEY_BLOCK: usize = 2 * (48 + 32 + 16);

/// The keys of both directions before TLS 1.3, of which [`Keys::take`] takes one after another.
pub(crate) struct Keys {
    block: Vec<u8>,
    taken: usize,
}

impl Keys {
    /// RFC 5246 §6.3; RFC 2246 §6.3 if `hash` is `None`.
    pub(crate) fn expand(
        hash: Option<Hash>,
        master: &Secret,
        client_random: &[u8],
        server_random: &[u8],
    ) -> Option<Self> {
        let parts: [&[u8]; 3] = [b"key expansion", server_random, client_random];
        let secret = master.bytes();
        let block = match hash {
            Some(hash) => expand_with(secret, &parts, |key, parts| hmac(hash, key, parts))?,
            None => {
                // Each hash gets a half of the secret (RFC 2246 §5). A master secret has 48
                // bytes, so that they share none.
                let (first, second) = secret.split_at(secret.len().div_ceil(2));
                let mut block = expand_with(first, &parts, hmac_of::<Hmac<Md5>>)?;
                let other = expand_with(second, &parts, hmac_of::<Hmac<Sha1>>)?;
                for (byte, other) in block.iter_mut().zip(other) {
                    *byte ^= other;
                }
                block
            }
        };
        Some(Self { block, taken: 0 })
    }

    /// The next bytes.
    pub(crate) fn take(&mut self, len: usize) -> Option<&[u8]> {
        let start = self.taken;
        self.taken = start.checked_add(len)?;
        self.block.get(start..self.taken)
    }
}

/// `P_hash` of RFC 5246 §5.
fn expand_with(
    secret: &[u8],
    parts: &[&[u8]; 3],
    hmac: impl Fn(&[u8], &[&[u8]]) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    let [label, first, second] = parts;
    let mut block = Vec::with_capacity(MAX_KEY_BLOCK + 48);
    let mut link = hmac(secret, parts)?;
    while block.len() < MAX_KEY_BLOCK {
        block.extend(hmac(secret, &[&link, label, first, second])?);
        link = hmac(secret, &[&link])?;
    }
    Some(block)
}

/// `HKDF-Expand-Label` with no context (RFC 8446 §7.1). What is derived here is never longer than
/// the hash, so that one round of HKDF's expansion (RFC 5869 §2.3) is all.
pub(crate) fn expand_label(
    hash: Hash,
    secret: &Secret,
    label: &[u8],
    len: usize,
) -> Option<Vec<u8>> {
    let len_field = u16::try_from(len).ok()?.to_be_bytes();
    let prefix = b"tls13 ";
    let label_len = u8::try_from(prefix.len() + label.len()).ok()?;
    let mut bytes = hmac(
        hash,
        secret.bytes(),
        &[&len_field, &[label_len], prefix, label, &[0], &[1]],
    )?;
    if bytes.len() < len {
        return None;
    }
    bytes.truncate(len);
    Some(bytes)
}

/// The secret that follows `secret` at a key update (RFC 8446 §7.2).
pub(crate) fn next_secret(hash: Hash, secret: &Secret) -> Option<Secret> {
    Secret::new(&expand_label(
        hash,
        secret,
        b"traffic upd",
        secret.bytes().len(),
    )?)
}

fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    match hash {
        Hash::Sha1 => hmac_of::<Hmac<Sha1>>(key, parts),
        Hash::Sha256 => hmac_of::<Hmac<Sha256>>(key, parts),
        Hash::Sha384 => hmac_of::<Hmac<Sha384>>(key, parts),
    }
}

fn hmac_of<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().to_vec())
}
