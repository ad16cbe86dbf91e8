//! The hosts that are asked, and how they answer.

use sipwhy_annotator::{Peer, Series};
use sipwhy_pipeline::Counts;

use super::exposition::Exposition;

/// Hosts that have samples of their own, the first that requests were sent to; those of all others
/// are added up. Senders may choose addresses, and each has a time series for every bucket.
const MOST_PEERS: usize = 100;

/// The bounds of the buckets, as powers of two of nanoseconds: a millisecond, nearly, to half a
/// minute. What is counted is kept in octaves, so that these are exact.
const OCTAVES: [u32; 12] = [20, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35];

/// What one line of each metric is about.
#[derive(Default)]
struct Row {
    peer: String,
    response_time: Series,
    unanswered: u64,
    sessions: [u64; SESSION_ENDS.len()],
    registrations: [u64; REGISTRATION_ENDS.len()],
}

const SESSION_ENDS: [&str; 6] = [
    "established",
    "declined",
    "ineffective",
    "cancelled",
    "redirected",
    "failed",
];
const REGISTRATION_ENDS: [&str; 3] = ["registered", "refused", "unanswered"];

impl Row {
    fn add(&mut self, peer: &Peer) {
        self.response_time.merge(&peer.response_time);
        self.unanswered += peer.unanswered;
        let it = &peer.sessions;
        let ends = [
            it.established,
            it.declined,
            it.ineffective,
            it.cancelled,
            it.redirected,
            it.failed,
        ];
        for (sum, count) in self.sessions.iter_mut().zip(ends) {
            *sum += count;
        }
        let it = &peer.registrations;
        let ends = [it.delay.count(), it.refused, it.unanswered];
        for (sum, count) in self.registrations.iter_mut().zip(ends) {
            *sum += count;
        }
    }
}

pub(super) fn write(counts: &Counts<'_>, out: &mut Exposition) {
    let peers = counts.timings.peers();
    let (named, others) = peers.split_at(peers.len().min(MOST_PEERS));
    let mut rows = Vec::with_capacity(named.len() + 1);
    for peer in named {
        rows.push(Row::default());
        if let Some(row) = rows.last_mut() {
            row.peer = peer.address.to_string();
            row.add(peer);
        }
    }
    if !others.is_empty() {
        let mut row = Row {
            peer: "other".to_owned(),
            ..Row::default()
        };
        others.iter().for_each(|peer| row.add(peer));
        rows.push(row);
    }
    write_rows(&rows, out);
}

fn write_rows(rows: &[Row], out: &mut Exposition) {
    let help = "From a request to its first response of any kind, by the host that was asked.";
    let mut times = out.histogram("sipwhy_response_time_seconds", help);
    for row in rows {
        let series = &row.response_time;
        let within = OCTAVES.iter().map(|octave| {
            let bound = (1_u64 << octave) as f64 / 1e9;
            (bound.to_string(), series.below(*octave))
        });
        let all = (series.sum_seconds(), series.count());
        times.distribution(&[("peer", &row.peer)], within, all);
    }
    let help = "Requests that nothing answered in their time, by the host that was asked.";
    let mut silent = out.counter("sipwhy_unanswered_requests_total", help);
    for row in rows {
        silent.sample(&[("peer", &row.peer)], row.unanswered);
    }
    let help = "Sessions asked of a host, by how the INVITE ended (RFC 6076).";
    let mut sessions = out.counter("sipwhy_sessions_total", help);
    for row in rows {
        for (end, count) in SESSION_ENDS.iter().zip(row.sessions) {
            sessions.sample(&[("peer", &row.peer), ("end", end)], count);
        }
    }
    let help = "Registrations asked of a host, by how the REGISTER ended, challenges left out.";
    let mut registrations = out.counter("sipwhy_registrations_total", help);
    for row in rows {
        for (end, count) in REGISTRATION_ENDS.iter().zip(row.registrations) {
            registrations.sample(&[("peer", &row.peer), ("end", end)], count);
        }
    }
}
