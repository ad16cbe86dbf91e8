//! The secrets of sessions, as the software that speaks TLS logged them.
//!
//! The format is that of `SSLKEYLOGFILE` (RFC 9850): a label, the client's random, and a secret,
//! in hexadecimal, on a line.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// The client's random: what tells sessions apart.
pub(crate) type ClientRandom = [u8; 32];

/// The secrets of many sessions, to be found by the client's random.
pub struct KeyLog {
    sessions: BTreeMap<ClientRandom, Secrets>,
    /// In the order in which they came.
    order: VecDeque<ClientRandom>,
    limit: usize,
}

/// What is known of one session's secrets.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// The master secret of TLS 1.2 and before.
    pub(crate) master: Option<Secret>,
    pub(crate) client: Traffic,
    pub(crate) server: Traffic,
}

/// The secrets of one direction in TLS 1.3 (RFC 8446 §7.1).
#[derive(Clone, Default)]
pub(crate) struct Traffic {
    pub(crate) handshake: Option<Secret>,
    /// The first that protects application data.
    pub(crate) application: Option<Secret>,
}

/// A secret: as long as the hash of the suite, 48 bytes for a master secret.
#[derive(Clone)]
pub(crate) struct Secret {
    bytes: [u8; Self::MAX],
    len: usize,
}

/// What came of the lines handed to [`KeyLog::add`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Secrets taken in.
    pub secrets: usize,
    /// Lines with secrets that decrypt no record, or with labels that are not known.
    pub other_lines: usize,
    /// Lines that are not what a key log holds.
    pub bad_lines: usize,
    /// Sessions whose secrets were given up, the oldest first, since there were too many.
    pub given_up: usize,
}

impl KeyLog {
    /// How many sessions a key log holds unless told otherwise. They take up to 20 MiB.
    pub const LIMIT: usize = 65_536;

    /// A key log without secrets, which holds those of [`LIMIT`](Self::LIMIT) sessions.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_limit(Self::LIMIT)
    }

    /// A key log without secrets, which holds those of `limit` sessions.
    #[must_use]
    pub const fn with_limit(limit: usize) -> Self {
        Self {
            sessions: BTreeMap::new(),
            order: VecDeque::new(),
            limit,
        }
    }

    /// How many sessions it has secrets of.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Takes in whole lines of a key log. One whose session is known already replaces what is
    /// known.
    pub fn add(&mut self, text: &[u8]) -> Added {
        let mut added = Added::default();
        for line in text.split(|&byte| matches!(byte, b'\n' | b'\r')) {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            match Line::parse(line) {
                Some(Line::Secret(slot, random, secret)) => {
                    added.secrets += 1;
                    added.given_up += self.insert(slot, random, secret);
                }
                Some(Line::Other) => added.other_lines += 1,
                None => added.bad_lines += 1,
            }
        }
        added
    }

    pub(crate) fn find(&self, random: &ClientRandom) -> Option<&Secrets> {
        self.sessions.get(random)
    }

    /// Says how many sessions gave way.
    fn insert(&mut self, slot: Slot, random: ClientRandom, secret: Secret) -> usize {
        let is_new = !self.sessions.contains_key(&random);
        let mut given_up = 0;
        if is_new {
            while self.sessions.len() >= self.limit {
                let Some(oldest) = self.order.pop_front() else {
                    // No session is to be held at all.
                    return 1;
                };
                self.sessions.remove(&oldest);
                given_up += 1;
            }
            self.order.push_back(random);
        }
        let secrets = self.sessions.entry(random).or_default();
        let place = match slot {
            Slot::Master => &mut secrets.master,
            Slot::ClientHandshake => &mut secrets.client.handshake,
            Slot::ServerHandshake => &mut secrets.server.handshake,
            Slot::ClientApplication => &mut secrets.client.application,
            Slot::ServerApplication => &mut secrets.server.application,
        };
        *place = Some(secret);
        given_up
    }
}

impl Default for KeyLog {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for KeyLog {
    /// Shows no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyLog")
            .field("sessions", &self.sessions.len())
            .field("limit", &self.limit)
            .finish()
    }
}

impl Secret {
    const MAX: usize = 48;

    /// `None` if no suite has secrets of that length.
    pub(crate) fn new(from: &[u8]) -> Option<Self> {
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..from.len())?.copy_from_slice(from);
        Some(Self {
            bytes,
            len: from.len(),
        })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Which secret a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Master,
    ClientHandshake,
    ServerHandshake,
    ClientApplication,
    ServerApplication,
}

enum Line {
    Secret(Slot, ClientRandom, Secret),
    Other,
}

impl Line {
    /// `None` if the line is none of a key log.
    fn parse(line: &[u8]) -> Option<Self> {
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let slot = match words.next()? {
            b"CLIENT_RANDOM" => Slot::Master,
            b"CLIENT_HANDSHAKE_TRAFFIC_SECRET" => Slot::ClientHandshake,
            b"SERVER_HANDSHAKE_TRAFFIC_SECRET" => Slot::ServerHandshake,
            b"CLIENT_TRAFFIC_SECRET_0" => Slot::ClientApplication,
            b"SERVER_TRAFFIC_SECRET_0" => Slot::ServerApplication,
            // Other secrets (EXPORTER_SECRET, CLIENT_EARLY_TRAFFIC_SECRET), and "RSA", which goes by
            // the encrypted premaster secret or by the session.
            label => {
                let is_label = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
                let known = label.iter().all(|byte| is_label(byte) || *byte == b'_');
                return (known && words.next().is_some()).then_some(Self::Other);
            }
        };
        let mut random = ClientRandom::default();
        if read_hex(words.next()?, &mut random)? != random.len() {
            return None;
        }
        let mut secret = [0; Secret::MAX];
        let len = read_hex(words.next()?, &mut secret)?;
        let is_sound = match slot {
            Slot::Master => len == 48,
            _ => matches!(len, 32 | 48),
        };
        if !is_sound || words.next().is_some() {
            return None;
        }
        let secret = Secret::new(secret.get(..len)?)?;
        Some(Self::Secret(slot, random, secret))
    }
}

/// Reads hexadecimal digits, and says how many bytes they are; `None` if they are none, or more
/// than there is room for.
fn read_hex(digits: &[u8], into: &mut [u8]) -> Option<usize> {
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() || pairs.len() > into.len() {
        return None;
    }
    let value = |digit: u8| {
        let value = char::from(digit).to_digit(16)?;
        u8::try_from(value).ok()
    };
    for (&[high, low], byte) in pairs.iter().zip(into) {
        *byte = value(high)? << 4 | value(low)?;
    }
    Some(pairs.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(first: u8) -> ClientRandom {
        let mut random = [0xab; 32];
        random[0] = first;
        random
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn line(label: &str, first: u8, secret: &[u8]) -> String {
        format!("{label} {} {}\n", hex(&random(first)), hex(secret))
    }

    #[test]
    fn secrets_are_found_by_the_random_of_their_client() {
        let mut log = KeyLog::new();
        let text = [
            "# a comment\r\n\r\n".to_owned(),
            line("CLIENT_RANDOM", 1, &[7; 48]),
            line("SERVER_TRAFFIC_SECRET_0", 2, &[8; 32]).to_uppercase(),
            line("CLIENT_HANDSHAKE_TRAFFIC_SECRET", 2, &[9; 48]),
            line("EXPORTER_SECRET", 2, &[1; 32]),
            "RSA Session-ID:00 Master-Key:00\n".to_owned(),
        ]
        .concat();
        let added = log.add(text.as_bytes());
        assert_eq!(
            added,
            Added {
                secrets: 3,
                other_lines: 2,
                ..Added::default()
            }
        );
        assert_eq!(log.sessions(), 2);
        let first = log.find(&random(1)).unwrap();
        assert_eq!(first.master.as_ref().unwrap().bytes(), [7; 48]);
        assert!(first.client.application.is_none());
        let second = log.find(&random(2)).unwrap();
        assert_eq!(second.server.application.as_ref().unwrap().bytes(), [8; 32]);
        assert_eq!(second.client.handshake.as_ref().unwrap().bytes(), [9; 48]);
        assert!(log.find(&random(3)).is_none());
    }

    #[test]
    fn a_line_cut_short_is_no_secret() {
        let whole = line("CLIENT_RANDOM", 1, &[7; 48]);
        let whole = whole.trim_end();
        for end in 1..whole.len() {
            let mut log = KeyLog::new();
            let added = log.add(&whole.as_bytes()[..end]);
            assert_eq!((added.secrets, added.bad_lines), (0, 1), "{end}");
        }
    }

    #[test]
    fn lines_of_something_else_are_counted() {
        let mut log = KeyLog::new();
        let wrong_length = line("CLIENT_RANDOM", 1, &[7; 32]);
        let more = line("CLIENT_RANDOM", 1, &[7; 48]).replace('\n', " 00\n");
        let added = log.add(format!("{wrong_length}{more}<html>\n\0\u{ff}\nLABEL\n").as_bytes());
        assert_eq!(
            added,
            Added {
                bad_lines: 5,
                ..Added::default()
            }
        );
    }

    #[test]
    fn the_oldest_session_gives_way() {
        let mut log = KeyLog::with_limit(2);
        let text: String = (1..=3)
            .map(|first| line("CLIENT_RANDOM", first, &[first; 48]))
            .collect();
        assert_eq!(log.add(text.as_bytes()).given_up, 1);
        assert_eq!(log.sessions(), 2);
        assert!(log.find(&random(1)).is_none());
        assert!(log.find(&random(3)).is_some());
        // One more secret of a session that is held pushes nothing out.
        let text = line("CLIENT_TRAFFIC_SECRET_0", 2, &[1; 32]);
        assert_eq!(log.add(text.as_bytes()).given_up, 0);
        assert!(log.find(&random(2)).is_some());
    }
}
