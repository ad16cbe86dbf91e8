//! What was captured, what was lost of it, and how full the tables are.

use sipwhy_pipeline::Counts;

use super::LiveCounts;
use super::exposition::Exposition;
use crate::losses;

pub(super) fn write(counts: &Counts<'_>, live: &LiveCounts, out: &mut Exposition) {
    let packet = counts.packet;
    for (name, help, count) in [
        (
            "sipwhy_frame_bytes_total",
            "Bytes of frames, as long as they were on the wire.",
            packet.bytes,
        ),
        (
            "sipwhy_other_frames_total",
            "Frames that carry no SIP.",
            packet.other_frames,
        ),
        (
            "sipwhy_cut_frames_total",
            "Frames that the snap length cut.",
            packet.cut_frames,
        ),
    ] {
        out.counter(name, help).sample(&[], count);
    }
    let mut frames = out.counter("sipwhy_frames_total", "Frames taken in, by interface.");
    for input in &live.inputs {
        frames.sample(&[("interface", &input.name)], input.frames);
    }
    let help =
        "Frames lost, by interface and by where: kernel, interface, or behind (the analysis).";
    let mut lost = out.counter("sipwhy_frames_lost_total", help);
    for input in &live.inputs {
        for (place, count) in input.dropped.by_reason() {
            lost.sample(&[("interface", &input.name), ("place", place)], count);
        }
    }
    let help = "Packets of media left out while the analysis was behind, by interface.";
    let mut shed = out.counter("sipwhy_media_shed_total", help);
    for input in &live.inputs {
        shed.sample(&[("interface", &input.name)], input.media_shed);
    }
    let help = "What was not decoded, by reason.";
    let mut undecoded = out.counter("sipwhy_undecoded_total", help);
    for loss in losses::undecoded(packet) {
        undecoded.sample(&[("reason", &loss.reason)], loss.count);
    }
    let help = "When the newest frame was captured, in seconds since 1970.";
    let mut newest = out.gauge("sipwhy_newest_frame_timestamp_seconds", help);
    newest.sample(&[], counts.newest.as_nanos() as f64 / 1e9);
    let help = "How far behind its newest frame a batch of frames was taken in.";
    let mut lag = out.histogram("sipwhy_lag_seconds", help);
    lag.distribution(&[], live.lag.within(), live.lag.sum_and_count());
    write_tables(counts, out);
}

fn write_tables(counts: &Counts<'_>, out: &mut Exposition) {
    let (open, held) = (counts.open, counts.held);
    let tables = [
        (
            "transactions",
            open.transactions_held,
            counts.limits.transactions,
        ),
        ("calls", open.calls_held, counts.limits.calls),
        ("peers", counts.timings.peers().len(), counts.limits.peers),
        (
            "connections",
            held.connections,
            counts.packet_limits.connections,
        ),
        (
            "associations",
            held.associations,
            counts.packet_limits.associations,
        ),
        (
            "fragmented_datagrams",
            held.fragment_datagrams,
            counts.packet_limits.fragment_datagrams,
        ),
    ];
    let help = "How much is remembered, by table; what is over and may be heard of again included.";
    let mut entries = out.gauge("sipwhy_table_entries", help);
    for (table, count, _) in tables {
        entries.sample(&[("table", table)], count);
    }
    let help = "How much is remembered at most, by table.";
    let mut limits = out.gauge("sipwhy_table_limit", help);
    for (table, _, limit) in tables {
        limits.sample(&[("table", table)], limit);
    }
    let help = "How often something gave way because a bound was reached, by bound.";
    let mut bounds = out.counter("sipwhy_bounds_reached_total", help);
    for (bound, _, count) in losses::all_bounds(&counts.annotator) {
        bounds.sample(&[("bound", bound)], count);
    }
    let mut bytes = out.gauge(
        "sipwhy_held_bytes",
        "Bytes held until what belongs to them comes, by what they are.",
    );
    for (what, count) in [
        ("fragments", held.fragment_bytes),
        ("streams", held.stream_bytes),
        ("associations", held.association_bytes),
    ] {
        bytes.sample(&[("of", what)], count);
    }
}
