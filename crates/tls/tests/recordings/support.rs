//! The recordings in `../data`, and what a session makes of them.

use std::fs;
use std::path::{Path, PathBuf};

use sipwhy_tls::{Alert, Facts, KeyLog, Limits, Output, Reason, Session, Way};

/// What went through one connection.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) keys: String,
    /// What was sent through, in order. The client's way is forward.
    pub(crate) wire: Vec<(Way, Vec<u8>)>,
    /// What it says, decrypted.
    pub(crate) sent: [Vec<u8>; 2],
}

pub(crate) fn index(way: Way) -> usize {
    match way {
        Way::Forward => 0,
        Way::Backward => 1,
    }
}

impl Recording {
    pub(crate) fn open(name: &str) -> Self {
        let text = fs::read_to_string(folder().join(name).with_extension("txt")).unwrap();
        let mut recording = Self {
            name: name.to_owned(),
            keys: String::new(),
            wire: Vec::new(),
            sent: [Vec::new(), Vec::new()],
        };
        let way = |word: &str| match word {
            ">" => Way::Forward,
            "<" => Way::Backward,
            other => panic!("{name}: {other} is no direction"),
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.split_once(' ').unwrap() {
                ("key", key) => recording.keys.push_str(&format!("{key}\n")),
                ("sent", sent) => {
                    let (word, data) = sent.split_once(' ').unwrap();
                    recording.sent[index(way(word))].extend(from_hex(data));
                }
                (word, data) => recording.wire.push((way(word), from_hex(data))),
            }
        }
        assert!(!recording.keys.is_empty() && !recording.wire.is_empty());
        recording
    }

    pub(crate) fn all() -> Vec<Self> {
        let mut names: Vec<String> = fs::read_dir(folder())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "txt"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        assert!(names.len() > 40, "the recordings are there");
        names.iter().map(|name| Self::open(name)).collect()
    }

    pub(crate) fn key_log(&self) -> KeyLog {
        let mut log = KeyLog::new();
        let added = log.add(self.keys.as_bytes());
        assert_eq!(added.bad_lines, 0, "{}", self.name);
        assert!(added.secrets > 0, "{}", self.name);
        log
    }

    /// A key log with other secrets for the same sessions.
    pub(crate) fn wrong_key_log(&self) -> KeyLog {
        let mut log = KeyLog::new();
        for line in self.keys.lines() {
            let (start, secret) = line.rsplit_once(' ').unwrap();
            let wrong = "5a".repeat(secret.len() / 2);
            log.add(format!("{start} {wrong}").as_bytes());
        }
        log
    }

    /// The bytes of one direction.
    pub(crate) fn bytes(&self, way: Way) -> Vec<u8> {
        let parts = self.wire.iter().filter(|part| part.0 == way);
        parts.flat_map(|part| part.1.clone()).collect()
    }

    pub(crate) fn is_tls13(&self) -> bool {
        self.name.starts_with("tls13")
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.name.contains("resumed")
            || self.name == "tls13-early-data"
            || self.name == "tls12-session-id"
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

fn from_hex(digits: &str) -> Vec<u8> {
    let value = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(value).collect()
}

/// A session, and all that it has told.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) session: Session<u32>,
    pub(crate) told: Told,
    fed: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) plaintext: [Vec<u8>; 2],
    /// The plaintext of each record, in the order of both directions.
    pub(crate) records: Vec<(Way, Vec<u8>)>,
    pub(crate) facts: Facts,
    pub(crate) alerts: Vec<(Way, Option<Alert>)>,
    pub(crate) undecrypted: Vec<(Way, usize, Reason)>,
    /// The marks of the last plaintext, and of what was told.
    pub(crate) marks: Vec<(u32, u32)>,
}

impl Told {
    fn take(&mut self, output: Output<'_, u32>) {
        match output {
            Output::Plaintext { way, bytes, seen } => {
                assert!(!bytes.is_empty());
                assert!(seen.first <= seen.last);
                self.marks.push((seen.first, seen.last));
                self.plaintext[index(way)].extend(bytes);
                self.records.push((way, bytes.to_vec()));
            }
            Output::Learnt(facts) => self.facts = facts.clone(),
            Output::Alert { way, alert, .. } => self.alerts.push((way, alert)),
            Output::Undecrypted {
                way, bytes, reason, ..
            } => {
                assert!(bytes > 0);
                self.undecrypted.push((way, bytes, reason));
            }
        }
    }

    pub(crate) fn reasons(&self) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self.undecrypted.iter().map(|missed| missed.2).collect();
        reasons.sort();
        reasons.dedup();
        reasons
    }
}

impl Reader {
    pub(crate) fn new() -> Self {
        Self::with(Limits::default())
    }

    pub(crate) fn with(limits: Limits) -> Self {
        Self {
            session: Session::new(limits),
            told: Told::default(),
            fed: 0,
        }
    }

    pub(crate) fn feed(&mut self, way: Way, bytes: &[u8], keys: &KeyLog) {
        self.fed += 1;
        let told = &mut self.told;
        self.session
            .feed(way, bytes, self.fed, keys, &mut |output| told.take(output));
    }

    pub(crate) fn hole(&mut self, way: Way, len: Option<u64>) {
        let told = &mut self.told;
        self.session.hole(way, len, &mut |output| told.take(output));
    }

    pub(crate) fn retry(&mut self, keys: &KeyLog) {
        let told = &mut self.told;
        self.session.retry(keys, &mut |output| told.take(output));
    }

    pub(crate) fn end(&mut self) {
        for way in [Way::Forward, Way::Backward] {
            let told = &mut self.told;
            self.session.end(way, &mut |output| told.take(output));
        }
        assert_eq!(self.session.bytes(), 0, "nothing is held after the end");
    }
}

/// Feeds a recording whole.
pub(crate) fn read(recording: &Recording, keys: &KeyLog) -> Reader {
    let mut reader = Reader::new();
    for (way, bytes) in &recording.wire {
        reader.feed(*way, bytes, keys);
    }
    reader.end();
    reader
}
