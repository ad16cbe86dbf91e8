//! TLS 1.3 around a stream, as an analyzer with a key log can read it (RFC 8446).
//!
//! Nobody checks the handshake: it says what a reader needs to know, and its secrets are derived
//! from the connection's number, so that the same arguments give the same bytes.

use std::io;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes128Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::rng::mix;

/// TLS_AES_128_GCM_SHA256.
const SUITE: [u8; 2] = [0x13, 0x01];
/// Content types (RFC 8446 §5.1).
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
/// What a sender must be told that it may use (RFC 8446 §5): change cipher spec.
const CHANGE_CIPHER_SPEC: [u8; 6] = [20, 3, 3, 0, 1, 1];
/// The largest plaintext of a record.
const LARGEST: usize = 1 << 14;

/// Seals what one side sends.
pub struct Sealer {
    cipher: Aes128Gcm,
    iv: [u8; 12],
    sequence: u64,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").finish_non_exhaustive()
    }
}

/// The beginning of a connection, and what goes on sealing it.
#[derive(Debug)]
pub struct Opening {
    /// What the client says first.
    pub client_hello: Vec<u8>,
    /// What the server answers.
    pub server_flight: Vec<u8>,
    /// The client's last word of the handshake.
    pub client_finished: Vec<u8>,
    /// For what the client sends from now on.
    pub client: Sealer,
    /// For what the server sends.
    pub server: Sealer,
    /// Lines for the key log, in NSS's format.
    pub key_log: String,
}

impl Opening {
    /// The opening of the connection of this number.
    pub fn new(seed: u64, number: u64) -> io::Result<Self> {
        let secret = |what: u64| -> [u8; 32] {
            let mut bytes = [0; 32];
            for (part, chunk) in (0_u64..).zip(bytes.as_chunks_mut::<8>().0) {
                *chunk = mix(mix(seed, number), what * 4 + part).to_le_bytes();
            }
            bytes
        };
        let [client_random, server_random, client_share, server_share] = [0, 1, 2, 3].map(&secret);
        let secrets = [4, 5, 6, 7].map(&secret);
        let names = [
            "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "CLIENT_TRAFFIC_SECRET_0",
            "SERVER_TRAFFIC_SECRET_0",
        ];
        let key_log = names
            .iter()
            .zip(&secrets)
            .map(|(name, secret)| format!("{name} {} {}\n", hex(&client_random), hex(secret)));
        let key_log = key_log.collect();
        let [mut client_handshake, mut server_handshake, client, server] =
            secrets.map(|secret| Sealer::new(&secret));

        let client_hello = record(HANDSHAKE, &client_hello(client_random, client_share));
        let mut server_flight = record(HANDSHAKE, &server_hello(server_random, server_share));
        server_flight.extend(CHANGE_CIPHER_SPEC);
        let mut sealed = message(8, &[0, 0]); // EncryptedExtensions: none
        sealed.extend(message(20, &server_share)); // Finished
        server_handshake.seal_record(HANDSHAKE, &sealed, &mut server_flight)?;
        let mut client_finished = CHANGE_CIPHER_SPEC.to_vec();
        let finished = message(20, &client_share);
        client_handshake.seal_record(HANDSHAKE, &finished, &mut client_finished)?;
        Ok(Self {
            client_hello,
            server_flight,
            client_finished,
            client,
            server,
            key_log,
        })
    }
}

impl Sealer {
    fn new(secret: &[u8; 32]) -> Self {
        let key: [u8; 16] = expand(secret, b"tls13 key");
        Self {
            cipher: Aes128Gcm::new(&key.into()),
            iv: expand(secret, b"tls13 iv"),
            sequence: 0,
        }
    }

    /// Appends records that hold `text`.
    pub fn seal(&mut self, text: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        text.chunks(LARGEST)
            .try_for_each(|text| self.seal_record(APPLICATION_DATA, text, out))
    }

    fn seal_record(&mut self, kind: u8, text: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        let mut nonce = self.iv;
        for (byte, sequence) in nonce[4..].iter_mut().zip(self.sequence.to_be_bytes()) {
            *byte ^= sequence;
        }
        self.sequence += 1;
        let inner = [text, &[kind]].concat();
        let length = (inner.len() + 16) as u16;
        let mut head = vec![APPLICATION_DATA, 3, 3];
        head.extend(length.to_be_bytes());
        let payload = Payload {
            msg: &inner,
            aad: &head,
        };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| io::Error::other("a record cannot be sealed"))?;
        out.extend(head);
        out.extend(sealed);
        Ok(())
    }
}

/// HKDF-Expand-Label without context, for up to one block (RFC 8446 §7.1, RFC 5869 §2.3).
fn expand<const N: usize>(secret: &[u8; 32], label: &[u8]) -> [u8; N] {
    let mut output = [0; N];
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret) else {
        return output;
    };
    mac.update(&(N as u16).to_be_bytes());
    mac.update(&[label.len() as u8]);
    mac.update(label);
    mac.update(&[0, 1]);
    let block = mac.finalize().into_bytes();
    output.copy_from_slice(&block[..N]);
    output
}

fn client_hello(random: [u8; 32], share: [u8; 32]) -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend(random);
    body.push(0); // no session to resume
    body.extend([0, 2]);
    body.extend(SUITE);
    body.extend([1, 0]); // no compression
    let name = b"sip.example.com";
    let length = name.len() as u16;
    let mut server_name = (length + 3).to_be_bytes().to_vec();
    server_name.push(0);
    server_name.extend(length.to_be_bytes());
    server_name.extend(name);
    let mut key_share = vec![0, 36, 0, 29, 0, 32];
    key_share.extend(share);
    let extensions = [
        extension(0, &server_name),
        extension(10, &[0, 2, 0, 29]),   // supported groups: x25519
        extension(13, &[0, 2, 4, 3]),    // signature algorithms
        extension(16, b"\0\x04\x03sip"), // ALPN
        extension(43, &[2, 3, 4]),       // supported versions: 1.3
        extension(51, &key_share),
    ]
    .concat();
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    message(1, &body)
}

fn server_hello(random: [u8; 32], share: [u8; 32]) -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend(random);
    body.push(0);
    body.extend(SUITE);
    body.push(0);
    let mut key_share = vec![0, 29, 0, 32];
    key_share.extend(share);
    let extensions = [extension(43, &[3, 4]), extension(51, &key_share)].concat();
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    message(2, &body)
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut extension = kind.to_be_bytes().to_vec();
    extension.extend((content.len() as u16).to_be_bytes());
    extension.extend(content);
    extension
}

/// A handshake message (RFC 8446 §4).
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind, 0];
    message.extend((body.len() as u16).to_be_bytes());
    message.extend(body);
    message
}

/// A record in clear.
fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 3, 3];
    record.extend((content.len() as u16).to_be_bytes());
    record.extend(content);
    record
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
