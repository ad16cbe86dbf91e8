//! The findings, by the packets that prove them.

use std::collections::BTreeMap;

use sipwhy_annotator::Annotation;
use sipwhy_packet::FrameId;

use super::comment;

/// How many bytes of text are kept.
const MOST_BYTES: usize = 128 << 20;
/// What a finding and a packet of it take beside their texts, in bytes.
const OVERHEAD: usize = 128;
/// Comments on one packet, each of a finding; more are counted in a last one.
const MOST_ON_A_PACKET: usize = 12;
/// Earlier stages of a finding that are told.
const MOST_STAGES: usize = 4;

/// The findings that are shown.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// By their numbers.
    findings: BTreeMap<u64, Note>,
    /// Packets with the findings that they prove, sorted, once all is known.
    places: Vec<(FrameId, u64)>,
    bytes: usize,
    /// Findings for which there was no room, or which cite no packet.
    pub(super) left_out: u64,
}

/// A finding, in the stage that it came to.
#[derive(Debug)]
struct Note {
    title: String,
    stages: Vec<String>,
    reasons: String,
    /// The packets, and what each proves.
    proofs: Vec<(FrameId, String)>,
    /// The stage before, as it will be told.
    stage: String,
}

impl Notes {
    /// Takes in a finding, or a stage of one. Says whether there was room.
    pub(super) fn add(&mut self, annotation: &Annotation) -> bool {
        let title = comment::title(annotation);
        let stage = comment::stage(&title, annotation);
        let proof = |it| (comment::proof(it), it);
        let proofs = annotation.evidence.iter().map(proof);
        let mut note = Note {
            title,
            stages: Vec::new(),
            reasons: comment::reasons(annotation),
            proofs: proofs.map(|(text, it)| (it.frame, text)).collect(),
            stage,
        };
        let before = self.findings.remove(&annotation.finding);
        let is_new = before.is_none();
        if let Some(before) = before {
            self.bytes -= before.bytes();
            note.follow(before);
        }
        let bytes = note.bytes();
        if note.proofs.is_empty() || self.bytes + bytes > MOST_BYTES {
            // A later stage without room takes the earlier ones with it.
            self.left_out += u64::from(is_new || self.bytes + bytes > MOST_BYTES);
            return false;
        }
        self.bytes += bytes;
        self.findings.insert(annotation.finding, note);
        true
    }

    /// All findings were told.
    pub(super) fn settle(&mut self) {
        let places = self.findings.iter().flat_map(|(number, note)| {
            let frames = note.proofs.iter().map(|(frame, _)| *frame);
            frames.map(|frame| (frame, *number))
        });
        self.places = places.collect();
        self.places.sort_unstable();
        // A finding may quote a packet twice.
        self.places.dedup();
    }

    /// What is said of a packet.
    pub(super) fn of(&self, frame: FrameId) -> impl Iterator<Item = String> {
        let from = self.places.partition_point(|(it, _)| *it < frame);
        let places = self.places.get(from..).unwrap_or_default();
        let count = places.partition_point(|(it, _)| *it == frame);
        let told = places.iter().take(count.min(MOST_ON_A_PACKET));
        let told = told.filter_map(move |(_, number)| Some(self.findings.get(number)?.of(frame)));
        let beyond = count.saturating_sub(MOST_ON_A_PACKET);
        let beyond = (beyond > 0).then(|| format!("{beyond} more findings on this packet"));
        told.chain(beyond)
    }
}

impl Note {
    /// What is said of a packet.
    fn of(&self, frame: FrameId) -> String {
        let mut text = self.title.clone();
        for (_, proof) in self.proofs.iter().filter(|(of, _)| *of == frame) {
            text.push_str(proof);
        }
        for stage in &self.stages {
            text.push('\n');
            text.push_str(stage);
        }
        text.push_str(&self.reasons);
        text
    }

    /// Takes over what is not told again of the stage before.
    fn follow(&mut self, before: Self) {
        self.stages = before.stages;
        if self.stages.len() < MOST_STAGES {
            self.stages.push(before.stage);
        }
        for proof in before.proofs {
            if self.proofs.iter().all(|(frame, _)| *frame != proof.0) {
                self.proofs.push(proof);
            }
        }
    }

    fn bytes(&self) -> usize {
        let proofs = self.proofs.iter().map(|(_, text)| text.len() + OVERHEAD);
        let stages = self.stages.iter().map(String::len);
        let texts = self.title.len() + self.stage.len() + self.reasons.len();
        proofs.chain(stages).sum::<usize>() + texts + OVERHEAD
    }
}

#[cfg(test)]
mod tests {
    use sipwhy_annotator::{Evidence, Severity, Verdict};
    use sipwhy_packet::Timestamp;

    use super::*;

    fn annotation(finding: u64, frames: &[u64], title: &str) -> Annotation {
        let evidence = |number: &u64| Evidence {
            frame: at(*number),
            time: Timestamp::ZERO,
            flow: None,
            quote: Vec::new(),
        };
        Annotation {
            rule: "made-up",
            finding,
            caused_by: None,
            explains: Vec::new(),
            severity: Severity::Warning,
            verdict: Verdict::Confirmed,
            time: Timestamp::ZERO,
            call: None,
            title: title.to_owned(),
            explanation: String::new(),
            help: Vec::new(),
            responsible: None,
            evidence: frames.iter().map(evidence).collect(),
            references: &[],
        }
    }

    fn at(number: u64) -> FrameId {
        FrameId { file: 0, number }
    }

    #[test]
    fn a_later_stage_takes_the_place_of_the_one_before_at_all_its_packets() {
        let mut notes = Notes::default();
        assert!(notes.add(&annotation(1, &[3, 5], "waits")));
        assert!(notes.add(&annotation(1, &[5, 9], "waited")));
        notes.settle();
        for number in [3, 5, 9] {
            let told: Vec<String> = notes.of(at(number)).collect();
            let [comment] = told.as_slice() else {
                panic!("one finding: {told:?}")
            };
            assert!(comment.starts_with("warning[made-up]: waited\nwas: "));
            assert!(comment.ends_with(" warning[made-up]: waits"), "{comment}");
        }
        assert_eq!(notes.of(at(4)).count(), 0);
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let mut notes = Notes::default();
        assert!(!notes.add(&annotation(1, &[], "cites nothing")));
        let long = "x".repeat(MOST_BYTES);
        let mut quoted = annotation(2, &[1], "quotes much");
        // A comment is cut, so it takes many.
        quoted.help = vec![long];
        assert!(notes.add(&quoted), "what is kept is short");
        let frames: Vec<u64> = (0..MOST_BYTES as u64 / OVERHEAD as u64).collect();
        assert!(!notes.add(&annotation(3, &frames, "cites everything")));
        assert_eq!(notes.left_out, 2);
    }

    #[test]
    fn more_findings_on_a_packet_than_are_told_are_counted_in_its_last_comment() {
        let mut notes = Notes::default();
        for finding in 1..=MOST_ON_A_PACKET as u64 + 2 {
            notes.add(&annotation(finding, &[7], "again"));
        }
        notes.settle();
        let told: Vec<String> = notes.of(at(7)).collect();
        assert_eq!(told.len(), MOST_ON_A_PACKET + 1);
        assert_eq!(told[MOST_ON_A_PACKET], "2 more findings on this packet");
    }
}
