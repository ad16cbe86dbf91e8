//! From what was collected of a call to its flow.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::IpAddr;
use std::time::Duration;

use sipwhy_packet::{FrameId, Timestamp};

use crate::bounds::LeftOut;
use crate::draft::{Draft, Found, Sent};
use crate::hosts::Hosts;
use crate::model::{Flow, Leg, Message, Row};

/// A silence of at least this gets a line of its own.
const PAUSE: Duration = Duration::from_secs(2);

/// The flow of a call with these legs, of which there is one at least.
pub(crate) fn assemble(mut drafts: Vec<Draft>, names: &BTreeMap<IpAddr, Option<String>>) -> Flow {
    let mut all: Vec<(usize, Sent)> = Vec::new();
    let mut found: Vec<Found> = Vec::new();
    let mut left_out = LeftOut::default();
    for (leg, draft) in drafts.iter_mut().enumerate() {
        all.extend(draft.sent.drain(..).map(|sent| (leg, sent)));
        found.append(&mut draft.found);
        left_out.messages += draft.messages_left_out;
        left_out.notes += draft.notes_left_out;
    }
    all.sort_by_key(|(_, sent)| (sent.time, sent.frame));
    let hosts = Hosts::of(all.iter().map(|(leg, sent)| (*leg, sent)));
    let began = all.first().map_or(Timestamp::ZERO, |(_, sent)| sent.time);
    let first_file = all.first().map(|(_, sent)| sent.frame.file);
    let mut files = all.iter().map(|(_, sent)| sent.frame.file);
    let has_several_files = files.any(|file| Some(file) != first_file);
    let mut rows = Vec::new();
    let mut places = Places::default();
    let mut heard = Heard::default();
    for (leg, sent) in all {
        let ends = hosts
            .place(sent.sockets.source)
            .zip(hosts.place(sent.sockets.destination));
        let Some(ends) = ends else {
            left_out.messages += 1;
            continue;
        };
        let pause = heard.silence_before(sent.time);
        heard.add(&sent);
        rows.extend(pause.filter(|pause| *pause >= PAUSE).map(Row::Pause));
        places.add(&sent, rows.len() + usize::from(sent.lost_before.is_some()));
        rows.extend(sent.lost_before.clone().map(Row::Lost));
        rows.push(Row::Message(Box::new(message(leg, sent, ends))));
    }
    found.sort_by_key(|it| it.note.finding);
    for Found { note, frames } in found {
        let place = places.of(&frames, note.time);
        if let Some(Row::Message(message)) = place.and_then(|place| rows.get_mut(place)) {
            message.notes.push(note);
        }
    }
    Flow {
        is_beheaded: drafts.iter().any(|draft| draft.is_beheaded),
        legs: drafts.into_iter().map(leg).collect(),
        hosts: hosts.into_hosts(names),
        rows,
        began,
        has_several_files,
        left_out,
    }
}

fn leg(draft: Draft) -> Leg {
    Leg {
        number: draft.number,
        call_id: draft.call_id,
        from: draft.from,
        to: draft.to,
        joint: draft.leg.and_then(|leg| leg.joint),
    }
}

fn message(leg: usize, sent: Sent, (from, to): (usize, usize)) -> Message {
    Message {
        number: sent.number,
        frame: sent.frame,
        time: sent.time,
        leg,
        from,
        to,
        sockets: sent.sockets,
        kind: sent.kind,
        label: sent.label,
        body: sent.body,
        cseq: sent.cseq,
        again: sent.again,
        copies: sent.copies,
        is_stray: sent.is_stray,
        notes: Vec::new(),
    }
}

/// At which row each frame stands.
#[derive(Default)]
struct Places {
    by_frame: BTreeMap<FrameId, usize>,
    /// When the message of each row was sent, in order.
    by_time: Vec<(Timestamp, usize)>,
}

impl Places {
    fn add(&mut self, sent: &Sent, row: usize) {
        let again = sent.again.first.iter().chain(&sent.again.last);
        let frames = again.map(|(frame, _)| *frame);
        let frames = frames.chain(sent.copied_in).chain([sent.frame]);
        for frame in frames {
            self.by_frame.entry(frame).or_insert(row);
        }
        self.by_time.push((sent.time, row));
    }

    /// The row of the last of these frames that is in the flow; of the last message before `time`
    /// where none is, as when a finding is proved by what is no message.
    fn of(&self, frames: &[FrameId], time: Timestamp) -> Option<usize> {
        let mut deciding = frames.iter().rev();
        deciding
            .find_map(|frame| self.by_frame.get(frame).copied())
            .or_else(|| {
                let after = self.by_time.partition_point(|(sent, _)| *sent <= time);
                let (_, row) = self.by_time.get(after.saturating_sub(1))?;
                Some(*row)
            })
    }
}

/// When something was sent, be it again.
#[derive(Default)]
struct Heard {
    /// The newest sending of those before.
    newest: Option<Timestamp>,
    /// Sendings again that may come after what is next, the earliest first.
    again: BinaryHeap<Reverse<Timestamp>>,
}

impl Heard {
    /// How long nothing was sent before `time`.
    fn silence_before(&mut self, time: Timestamp) -> Option<Duration> {
        while let Some(Reverse(again)) = self.again.peek().filter(|it| it.0 <= time) {
            self.newest = self.newest.max(Some(*again));
            self.again.pop();
        }
        self.newest.map(|newest| time.since(newest))
    }

    fn add(&mut self, sent: &Sent) {
        self.newest = self.newest.max(Some(sent.time));
        let again = sent.again.first.iter().chain(&sent.again.last);
        self.again.extend(again.map(|(_, time)| Reverse(*time)));
    }
}
