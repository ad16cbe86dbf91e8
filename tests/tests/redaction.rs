//! Captures with stand-ins: they lead to the same findings, and nothing of the original remains.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sipwhy_annotator::Annotation;
use sipwhy_packet::Frame;
use sipwhy_parser::{HeaderName, Params, Uri};
use sipwhy_pipeline::{Config, Observed, Observer, Pipeline, Summary};
use sipwhy_redact::{Key, Redactor};
use sipwhy_tests::{Outputs, OwnedFrame, Replay, captures, frames};

/// The same for every run.
const KEY: &[u8] = b"what the stand-ins of these tests are made with";

/// Captures whose messages are in what is blanked: TLS, WebSocket and HEP.
const BLANKED: [&str; 4] = ["tls-", "ws", "wss", "hep-"];

/// Every capture that is recorded here, with its frames as they are and with stand-ins.
fn all() -> impl Iterator<Item = (String, Vec<OwnedFrame>, Vec<OwnedFrame>)> {
    let folders = [captures(), captures().join("encapsulated")];
    let entries = folders
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.extension().map(|it| it.to_string_lossy().into_owned());
        matches!(name.as_deref(), Some("pcap" | "pcapng"))
    });
    paths.sort();
    assert!(paths.len() > 100, "the captures were found");
    paths.into_iter().map(|path| {
        let original = frames(&path).unwrap();
        let redacted = redacted(&original);
        (name(&path), original, redacted)
    })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn is_blanked(name: &str) -> bool {
    BLANKED.iter().any(|it| name.starts_with(it))
}

fn redacted(frames: &[OwnedFrame]) -> Vec<OwnedFrame> {
    let mut redactor = Redactor::new(Key::new(KEY));
    let mut out = Vec::new();
    let mut sink = |frame: &Frame<'_>| {
        out.push(OwnedFrame {
            id: frame.id,
            time: frame.time,
            link_type: frame.link_type,
            data: frame.data.to_vec(),
            original_len: frame.original_len,
        });
    };
    for frame in frames {
        redactor.push(&frame.borrow(), &mut sink);
    }
    redactor.finish(&mut sink);
    out
}

fn play(frames: &[OwnedFrame], observer: &mut impl Observer) -> Summary {
    let mut pipeline = Pipeline::new(Config::default());
    for frame in frames {
        pipeline.frame(&frame.borrow(), observer);
    }
    pipeline.finish(observer);
    pipeline.summary()
}

#[test]
fn frames_keep_their_order_times_and_lengths() {
    for (name, original, redacted) in all() {
        assert_eq!(original.len(), redacted.len(), "{name}");
        for (old, new) in original.iter().zip(&redacted) {
            let facts = |it: &OwnedFrame| (it.id, it.time, it.link_type, it.original_len);
            assert_eq!(facts(old), facts(new), "{name}");
            assert_eq!(old.data.len(), new.data.len(), "{name}");
        }
    }
}

/// What is said of a capture, stage by stage, without the words.
fn said(replay: &Replay) -> Vec<String> {
    let annotations = replay.annotations.iter();
    let said = annotations.map(|it| {
        let frames: Vec<u64> = it.evidence.iter().map(|it| it.frame.number).collect();
        let (rule, finding) = (it.rule, it.finding);
        let (severity, verdict) = (it.severity.as_str(), it.verdict.as_str());
        let cause = it.caused_by.map(|it| it.rule);
        format!("{finding} {rule} {severity} {verdict} {frames:?} {cause:?}")
    });
    said.collect()
}

/// Each message: its frame, and its method or code.
fn messages(replay: &Replay) -> Vec<(u64, String)> {
    let messages = replay.messages.iter();
    let word = |line: &str| {
        let at = usize::from(line.starts_with("SIP/2.0"));
        line.split(' ').nth(at).unwrap_or_default().to_owned()
    };
    messages.map(|(frame, line)| (*frame, word(line))).collect()
}

#[test]
fn findings_are_those_of_the_original() {
    let mut faults = Vec::new();
    let mut compared = 0;
    for (name, original, redacted) in all() {
        let (mut before, mut after) = (Replay::default(), Replay::default());
        let first = play(&original, &mut before);
        let second = play(&redacted, &mut after);
        assert_eq!(
            first.packet.wrong_checksums.count, second.packet.wrong_checksums.count,
            "{name}"
        );
        if is_blanked(&name) {
            assert!(after.messages.is_empty(), "{name}");
            continue;
        }
        compared += said(&before).len();
        if messages(&before) != messages(&after) {
            faults.push(format!(
                "{name}: other messages\n{:?}\n{:?}",
                before.messages, after.messages
            ));
        }
        let (before, after) = (said(&before), said(&after));
        if before != after {
            faults.push(format!(
                "{name}:\n  {}\n  {}",
                before.join("\n  - "),
                after.join("\n  + ")
            ));
        }
    }
    assert!(compared > 200, "{compared}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What must not remain.
#[derive(Default)]
struct Secrets {
    /// Users, numbers, names, hosts, addresses, tags, Call-IDs, credentials.
    words: BTreeSet<String>,
    addresses: BTreeSet<IpAddr>,
}

impl Secrets {
    fn add(&mut self, value: &[u8]) {
        let value = String::from_utf8_lossy(value);
        let value = value.trim_matches(['"', ' ', '<', '>']);
        // A line that was cut off is taken for a header without a name.
        if HeaderName::from_bytes(value.as_bytes()) != HeaderName::Other {
            return;
        }
        // What names nobody, and what is too short to be told from an accident, or from a port.
        if value.len() < 6 && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        if value.len() >= 3
            && value.parse::<IpAddr>().is_err()
            && !["anonymous", "anonymous.invalid", "localhost"].contains(&value)
        {
            self.words.insert(value.to_owned());
        }
    }

    fn uri(&mut self, uri: &[u8]) {
        if let Some(uri) = Uri::parse(uri) {
            self.add(uri.user_name().unwrap_or_default());
            self.add(uri.host);
        }
    }
}

impl Observer for Secrets {
    fn annotation(&mut self, _: &Annotation) {}

    fn message(&mut self, observed: &Observed<'_, '_>) {
        let message = &observed.message;
        let flow = observed.captured.flow;
        for address in [flow.source.ip(), flow.destination.ip()] {
            self.addresses.insert(address);
        }
        self.add(message.call_id().unwrap_or_default());
        self.uri(message.request_uri().unwrap_or_default());
        for name in [
            HeaderName::From,
            HeaderName::To,
            HeaderName::Contact,
            HeaderName::Route,
            HeaderName::RecordRoute,
            HeaderName::PAssertedIdentity,
            HeaderName::ReferTo,
            HeaderName::ReferredBy,
            HeaderName::Diversion,
        ] {
            for address in message.addresses(name) {
                self.uri(address.uri);
                self.add(address.display.unwrap_or_default());
                self.add(address.params.get("tag").unwrap_or_default());
            }
        }
        for via in message.vias() {
            self.add(via.host);
            let branch = via.branch().unwrap_or_default();
            self.add(branch.strip_prefix(b"z9hG4bK").unwrap_or(branch));
        }
        for name in [
            HeaderName::Authorization,
            HeaderName::ProxyAuthorization,
            HeaderName::WwwAuthenticate,
            HeaderName::ProxyAuthenticate,
        ] {
            for header in message.all(name) {
                let text = header.value.splitn(2, |byte| *byte == b' ').nth(1);
                let params = text.unwrap_or_default().replace(b',');
                let params = Params::new(&params);
                for secret in ["username", "realm", "nonce", "response", "cnonce", "opaque"] {
                    self.add(params.get(secret).unwrap_or_default());
                }
            }
        }
        for header in message.headers() {
            let is_opaque = matches!(
                header.name,
                HeaderName::Identity | HeaderName::Subject | HeaderName::SessionId
            );
            if is_opaque || header.name == HeaderName::Other {
                self.add(header.value);
            }
        }
        for line in message.body().split(|byte| *byte == b'\n') {
            let line = line.trim_ascii_end();
            for secret in [
                "s=",
                "a=crypto",
                "a=ice-pwd",
                "a=ice-ufrag",
                "a=ssrc",
                "a=fingerprint",
            ] {
                // A dash says that there is no name.
                if line.starts_with(secret.as_bytes()) && line != b"s=-" {
                    self.add(line.strip_prefix(b"s=").unwrap_or(line));
                }
            }
        }
    }
}

/// Commas of a list, as semicolons.
trait Replace {
    fn replace(&self, byte: u8) -> Vec<u8>;
}

impl Replace for [u8] {
    fn replace(&self, byte: u8) -> Vec<u8> {
        let one = |it: &u8| if *it == byte { b';' } else { *it };
        self.iter().map(one).collect()
    }
}

/// Words that the report itself says, which happen to be users in some captures.
const SPEECH: [&str; 1] = ["ping"];

/// Whether a text holds a word, as a word.
fn holds(text: &str, word: &str) -> bool {
    let is_end = |it: Option<char>| !it.is_some_and(|it| it.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        is_end(text[..at].chars().next_back()) && is_end(text[at + word.len()..].chars().next())
    })
}

#[test]
fn nothing_of_the_original_remains() {
    let mut secrets_seen = 0;
    for (name, original, redacted) in all() {
        let mut secrets = Secrets::default();
        play(&original, &mut secrets);
        let mut outputs = Outputs::new("a capture").unwrap();
        let summary = play(&redacted, &mut outputs);
        let shown = outputs.finish(&summary, None);
        let mut bytes: Vec<u8> = Vec::new();
        for frame in &redacted {
            bytes.extend(&frame.data);
            bytes.push(0);
        }
        let texts = String::from_utf8_lossy(&bytes);
        let forms = [&shown.text, &shown.json, &shown.log];
        for word in &secrets.words {
            secrets_seen += 1;
            assert!(!holds(&texts, word), "{name}: {word} in a packet");
            for text in forms {
                let is_left = holds(text, word) && !SPEECH.contains(&word.as_str());
                assert!(!is_left, "{name}: {word} in what is told");
            }
        }
        // A stand-in may be what another address was.
        let redactor = Redactor::new(Key::new(KEY));
        let stand_ins: BTreeSet<IpAddr> = secrets
            .addresses
            .iter()
            .map(|address| redactor.name(*address, b"").0)
            .collect();
        assert_eq!(stand_ins.len(), secrets.addresses.len(), "{name}");
        for address in &secrets.addresses {
            assert_ne!(redactor.name(*address, b"").0, *address, "{name}");
            if stand_ins.contains(address) {
                continue;
            }
            let octets = match address {
                IpAddr::V4(address) => address.octets().to_vec(),
                IpAddr::V6(address) => address.octets().to_vec(),
            };
            let is_left = bytes.windows(octets.len()).any(|it| it == octets);
            assert!(!is_left, "{name}: {address} in a header");
            let text = address.to_string();
            assert!(!holds(&texts, &text), "{name}: {address} in a packet");
            for form in forms {
                assert!(!holds(form, &text), "{name}: {address} in what is told");
            }
        }
    }
    assert!(secrets_seen > 2_000, "{secrets_seen}");
}

proptest! {
    /// Damage in any place: every frame comes out all the same, and no name does.
    #[test]
    fn damaged_frames_come_out_and_name_nobody(
        name in prop::sample::select(vec![
            "call-tcp-proxied.pcap",
            "invite-fragmented.pcap",
            "use-proxy-obeyed-by-srv.pcap",
            "encapsulated/gre-key-checksum.pcap",
            "encapsulated/tcp-split.pcap",
            "encapsulated/tls-1.3.pcap",
        ]),
        changes in prop::collection::vec((any::<u16>(), any::<u16>(), any::<u8>()), 0..40),
        left_out in prop::collection::vec(any::<u16>(), 0..4),
        cut in prop::option::of(any::<u16>()),
    ) {
        let mut original = frames(captures().join(name)).unwrap();
        for place in left_out {
            let at = usize::from(place) % original.len();
            original.remove(at);
        }
        let at = |place: u16, len: usize| usize::from(place) % len.max(1);
        if let Some(cut) = cut {
            let frame = at(cut, original.len());
            let len = at(cut, original[frame].data.len());
            original[frame].data.truncate(len);
        }
        for (frame, place, byte) in changes {
            let frame = at(frame, original.len());
            let place = at(place, original[frame].data.len());
            if let Some(changed) = original[frame].data.get_mut(place) {
                *changed = byte;
            }
        }
        let redacted = redacted(&original);
        let shape = |frames: &[OwnedFrame]| -> Vec<_> {
            frames.iter().map(|it| (it.id, it.time, it.data.len())).collect()
        };
        prop_assert_eq!(shape(&redacted), shape(&original));
        for frame in &redacted {
            let text = String::from_utf8_lossy(&frame.data);
            for word in ["alice", "example.test", "10.77.0.10"] {
                prop_assert!(!holds(&text, word), "{} in {}", word, text);
            }
        }
    }
}

/// Words of letters and digits in messages, four characters and longer, that are not numbers alone.
#[derive(Default)]
struct Words(BTreeSet<String>);

impl Observer for Words {
    fn annotation(&mut self, _: &Annotation) {}

    fn message(&mut self, observed: &Observed<'_, '_>) {
        let bytes = observed.message.bytes();
        for word in bytes.split(|byte| !byte.is_ascii_alphanumeric()) {
            if word.len() >= 4 && word.iter().any(u8::is_ascii_alphabetic) {
                self.0.insert(String::from_utf8_lossy(word).into_owned());
            }
        }
    }
}

fn words(frames: &[OwnedFrame]) -> BTreeSet<String> {
    let mut words = Words::default();
    play(frames, &mut words);
    words.0
}

/// Captures of every stack, with all kinds of headers and bodies.
const READ: [&str; 16] = [
    "call-authenticated.pcap",
    "call-baresip-with-media.pcap",
    "call-ipv6.pcap",
    "call-linphone.pcap",
    "call-two-proxies.pcapng",
    "caller-identity.pcap",
    "answer-without-encryption.pcap",
    "credentials-rejected.pcap",
    "forked-one-answers.pcap",
    "legs-session-id.pcap",
    "legs-x-cid.pcap",
    "register-message-options.pcapng",
    "reliable-provisional-lost.pcap",
    "scanner.pcap",
    "subscription-failed.pcap",
    "use-proxy-obeyed-by-srv.pcap",
];

#[test]
fn what_stays_of_the_texts_is_known() {
    let mut kept: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in READ {
        let original = frames(captures().join(name)).unwrap();
        let redacted = redacted(&original);
        let (before, after) = (words(&original), words(&redacted));
        for word in before.intersection(&after) {
            kept.entry(word.clone()).or_default().insert(name);
        }
    }
    // Each of these was looked at: none names anybody. A word that is new here is a leak until it
    // was looked at too.
    let words: Vec<String> = kept.into_keys().collect();
    insta::assert_snapshot!(words.join("\n"));
}
