//! Which packets belong to what was asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use sipwhy_packet::{Captured, Ends, Frame, FrameId, Limits, Transport};
use sipwhy_pipeline::Observed;

/// Messages whose packets are kept in mind: 24 bytes each.
const MOST_MESSAGES: usize = 4 << 20;
/// Messages in several packets, and encrypted connections.
const MOST_RUNS: usize = 1 << 18;
/// What stands in for the number of a call where a packet is wanted whatever becomes of its call.
const WANTED: u64 = 0;

/// From whom to whom; with ports 0 for fragments.
type Way = (SocketAddr, SocketAddr);

/// The packets that are wanted: those of whole calls, and others one by one.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// While packets are gathered: calls with their packets.
    of_calls: Vec<(u64, FrameId)>,
    /// Calls with the packets that a message came in: where, and the first and the last.
    runs: Vec<(u64, Way, FrameId, FrameId)>,
    /// Calls with connections of which every packet is needed to read one.
    connections: BTreeSet<(u64, Way)>,
    /// When all is known: the packets, sorted.
    packets: Vec<FrameId>,
    /// The runs by their ways, each from one packet to another, sorted and apart.
    ways: BTreeMap<Way, Vec<(FrameId, FrameId)>>,
    whole: BTreeSet<Way>,
    pub(super) left_out: u64,
}

impl Chosen {
    /// Takes in a message. It is wanted if its call is; if it has none, when it is shown itself.
    pub(super) fn message(&mut self, observed: &Observed<'_, '_>, is_shown: bool) {
        let call = observed.call().map(|call| call.number);
        let Some(call) = call.or(is_shown.then_some(WANTED)) else {
            return;
        };
        if !self.add(call, observed.captured) {
            self.left_out += 1;
        }
    }

    /// Takes in a packet that is wanted in any case.
    pub(super) fn packet(&mut self, frame: FrameId) {
        if self.of_calls.len() < MOST_MESSAGES {
            self.of_calls.push((WANTED, frame));
        }
    }

    /// Takes in the packets of a message, if there is room.
    fn add(&mut self, call: u64, captured: &Captured<'_>) -> bool {
        if self.of_calls.len() >= MOST_MESSAGES {
            return false;
        }
        let (first, last) = (captured.first_frame, captured.last_frame);
        self.of_calls.push((call, last));
        let flow = captured.flow;
        let way = (flow.source, flow.destination);
        match flow.transport {
            // Nothing in them can be read without the packets before, handshake included.
            Transport::Tls | Transport::Ws | Transport::Wss => {
                let connection = (call, in_order(way));
                let is_known = self.connections.contains(&connection);
                if !is_known && self.connections.len() >= MOST_RUNS {
                    return false;
                }
                self.connections.insert(connection);
            }
            Transport::Udp | Transport::Tcp | Transport::Sctp if first != last => {
                self.of_calls.push((call, first));
                if self.runs.len() >= MOST_RUNS {
                    return false;
                }
                let way = match flow.transport {
                    Transport::Udp => without_ports(way),
                    _ => way,
                };
                // What lies between packets of two files cannot be told by their numbers.
                if first.file == last.file {
                    self.runs.push((call, way, first, last));
                }
            }
            Transport::Udp | Transport::Tcp | Transport::Sctp => {}
        }
        true
    }

    /// All was taken in: keeps what belongs to the calls that are shown.
    pub(super) fn settle(&mut self, shows_call: impl Fn(u64) -> bool) {
        let mut judged = BTreeMap::new();
        let mut wants = |call: u64| {
            let verdict = judged.entry(call);
            call == WANTED || *verdict.or_insert_with(|| shows_call(call))
        };
        for (call, frame) in std::mem::take(&mut self.of_calls) {
            if wants(call) {
                self.packets.push(frame);
            }
        }
        self.packets.sort_unstable();
        self.packets.dedup();
        let mut ways: BTreeMap<Way, Vec<(FrameId, FrameId)>> = BTreeMap::new();
        for (call, way, first, last) in std::mem::take(&mut self.runs) {
            if wants(call) {
                ways.entry(way).or_default().push((first, last));
            }
        }
        self.ways = ways
            .into_iter()
            .map(|(way, it)| (way, joined(it)))
            .collect();
        let connections = std::mem::take(&mut self.connections);
        let connections = connections.into_iter().filter(|(call, _)| wants(*call));
        self.whole = connections.map(|(_, way)| way).collect();
    }

    /// Whether a packet is wanted.
    pub(super) fn holds(&self, frame: &Frame<'_>) -> bool {
        if self.packets.binary_search(&frame.id).is_ok() {
            return true;
        }
        if self.ways.is_empty() && self.whole.is_empty() {
            return false;
        }
        let Some(ends) = Ends::of(frame, &Limits::default()) else {
            return false;
        };
        let way = (ends.source, ends.destination);
        self.whole.contains(&in_order(way)) || self.is_within(way, frame.id)
    }

    /// Whether a packet lies between the first and the last of a message that went the same way.
    fn is_within(&self, way: Way, frame: FrameId) -> bool {
        let Some(runs) = self.ways.get(&way) else {
            return false;
        };
        let after = runs.partition_point(|(first, _)| *first <= frame);
        let run = after.checked_sub(1).and_then(|at| runs.get(at));
        run.is_some_and(|(_, last)| frame <= *last)
    }
}

/// Both directions of a connection as one.
fn in_order((one, other): Way) -> Way {
    (one.min(other), one.max(other))
}

fn without_ports((source, destination): Way) -> Way {
    let host = |socket: SocketAddr| SocketAddr::new(socket.ip(), 0);
    (host(source), host(destination))
}

/// Runs in order, those that overlap as one.
fn joined(mut runs: Vec<(FrameId, FrameId)>) -> Vec<(FrameId, FrameId)> {
    runs.sort_unstable();
    let mut apart: Vec<(FrameId, FrameId)> = Vec::with_capacity(runs.len());
    for (first, last) in runs {
        match apart.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => apart.push((first, last)),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_overlap_are_joined_within_a_file_alone() {
        let at = |file, number| FrameId { file, number };
        let runs = vec![
            (at(1, 1), at(1, 2)),
            (at(0, 5), at(0, 9)),
            (at(0, 1), at(0, 6)),
            (at(0, 12), at(0, 13)),
        ];
        let expected = [
            (at(0, 1), at(0, 9)),
            (at(0, 12), at(0, 13)),
            (at(1, 1), at(1, 2)),
        ];
        assert_eq!(joined(runs), expected);
    }
}
