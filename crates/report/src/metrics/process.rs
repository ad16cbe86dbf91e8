//! The process itself, and where its reports go.

use super::LiveCounts;
use super::exposition::Exposition;

pub(super) fn write(live: &LiveCounts, out: &mut Exposition) {
    let help = "Lines of the report that could not be written.";
    out.counter("sipwhy_log_lines_lost_total", help)
        .sample(&[], live.lines_lost);
    let help = "Pieces there were to send to a collector; those not sent wait or are lost.";
    let mut pieces = out.counter("sipwhy_export_pieces_total", help);
    for export in &live.exports {
        pieces.sample(&[("to", &export.to), ("form", export.form)], export.pieces);
    }
    let help = "Pieces sent to a collector, as far as is known.";
    let mut sent = out.counter("sipwhy_export_sent_total", help);
    for export in &live.exports {
        sent.sample(&[("to", &export.to), ("form", export.form)], export.sent);
    }
    let help = "Always 1; which version this is.";
    let version = env!("CARGO_PKG_VERSION");
    out.gauge("sipwhy_build_info", help)
        .sample(&[("version", version)], 1);
    let help = "When the process began, in seconds since 1970.";
    out.gauge("process_start_time_seconds", help)
        .sample(&[], live.started.as_nanos() as f64 / 1e9);
    let help = "Memory that the process has in use.";
    let mut memory = out.gauge("process_resident_memory_bytes", help);
    if let Some(bytes) = live.memory {
        memory.sample(&[], bytes);
    }
}
