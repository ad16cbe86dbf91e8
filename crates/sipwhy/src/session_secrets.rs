//! The lines of TLS key logs by the sessions that they are for, so that a capture can be given
//! those of its own sessions and no others.

use std::collections::BTreeMap;

/// How many bytes of lines are kept.
const MOST_BYTES: usize = 64 << 20;

/// What tells sessions apart: the random of the client.
type ClientRandom = [u8; 32];

/// The lines of TLS key logs, by session.
#[derive(Debug, Default)]
pub(crate) struct SessionSecrets {
    sessions: BTreeMap<ClientRandom, Vec<u8>>,
    bytes: usize,
    /// Lines for which there was no room.
    pub(crate) left_out: u64,
}

impl SessionSecrets {
    /// Takes in lines of a key log (RFC 9850). Those that are for no session are passed over.
    pub(crate) fn add(&mut self, key_log: &[u8]) {
        for line in key_log.split(|byte| matches!(byte, b'\n' | b'\r')) {
            let line = line.trim_ascii();
            let Some(random) = client_random(line) else {
                continue;
            };
            if self.bytes + line.len() > MOST_BYTES {
                self.left_out += 1;
                continue;
            }
            self.bytes += line.len() + 1;
            let lines = self.sessions.entry(random).or_default();
            lines.extend(line);
            lines.push(b'\n');
        }
    }

    /// The lines for the sessions that begin in a frame, once: where a session's first message
    /// comes again, they were given already.
    pub(crate) fn take_of(&mut self, frame: &[u8]) -> Vec<u8> {
        let mut lines = Vec::new();
        if self.sessions.is_empty() {
            return lines;
        }
        for at in 0..frame.len() {
            let random = frame.get(at..).and_then(random_of_hello);
            if let Some(found) = random.and_then(|random| self.sessions.remove(random)) {
                lines.extend(found);
            }
        }
        lines
    }
}

/// The second word of a line, if it is a client's random.
fn client_random(line: &[u8]) -> Option<ClientRandom> {
    let mut words = line.split(|byte| *byte == b' ');
    let (label, hex) = (words.next()?, words.next()?);
    if label.starts_with(b"#") || hex.len() != 64 {
        return None;
    }
    let mut random = [0; 32];
    for (byte, pair) in random.iter_mut().zip(hex.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(random)
}

/// The random of a record that begins with a `ClientHello` (RFC 8446 §4.1.2, §5.1): what content
/// it has, its version and length, what message it is, that one's length and version.
fn random_of_hello(bytes: &[u8]) -> Option<&ClientRandom> {
    match bytes.split_first_chunk::<11>()? {
        ([22, 3, _, _, _, 1, _, _, _, 3, _], rest) => rest.first_chunk(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_given_to_the_frame_in_which_their_session_begins_once() {
        let line = |label: &str, byte: &str| format!("{label} {} ab\n", byte.repeat(32));
        let log = [
            "# a comment\n".to_owned(),
            line("CLIENT_TRAFFIC_SECRET_0", "0A"),
            line("SERVER_TRAFFIC_SECRET_0", "0a"),
            line("CLIENT_RANDOM", "0b"),
            line("CLIENT_RANDOM", "zz"),
            "CLIENT_RANDOM 0a0a 0a\n".to_owned(),
        ];
        let mut secrets = SessionSecrets::default();
        secrets.add(log.concat().as_bytes());
        let hello = [
            b"ethernet".as_slice(),
            &[22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3],
            &[10; 32],
            b"rest",
        ]
        .concat();
        assert!(secrets.take_of(&hello[..50]).is_empty(), "cut off");
        let given = secrets.take_of(&hello);
        assert_eq!(given, [log[1].as_bytes(), log[2].as_bytes()].concat());
        assert!(secrets.take_of(&hello).is_empty(), "given before");
        assert_eq!(secrets.left_out, 0);
    }
}
