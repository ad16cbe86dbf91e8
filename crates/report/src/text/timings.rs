//! Response times and the figures of RFC 6076, as a table for each host.

use std::fmt::Write as _;
use std::time::Duration;

use sipwhy_annotator::{Peer, Registrations, Series, Sessions, Timings};

use super::palette::{Ink, Palette};

/// Hosts that are shown.
const MOST_SHOWN: usize = 20;
/// Columns of a row's name, and of each of its numbers.
const NAME: usize = 36;
const NUMBER: usize = 9;

/// Writes a table for each host, those that answered most first.
pub(super) fn write(out: &mut String, timings: &Timings, palette: &Palette) {
    let mut peers: Vec<&Peer> = timings.peers().iter().collect();
    if peers.is_empty() {
        return;
    }
    peers.sort_by_key(|peer| std::cmp::Reverse(peer.response_time.count()));
    let heading = "Response times, and RFC 6076, by the host that was asked (docs/timings.md):";
    let _ = writeln!(out, "\n{}", palette.paint(Ink::Strong, heading));
    for peer in peers.iter().take(MOST_SHOWN) {
        table(out, peer, palette);
    }
    if let Some(more @ 1..) = peers.len().checked_sub(MOST_SHOWN) {
        let _ = writeln!(out, "\n  and {more} more; --format json has them all");
    }
}

fn table(out: &mut String, peer: &Peer, palette: &Palette) {
    let head = format!("{:<NAME$}", format!("  {}", peer.address));
    let _ = write!(out, "\n{}", palette.paint(Ink::Strong, &head));
    for column in ["count", "min", "median", "95 %", "max"] {
        let _ = write!(out, "{column:>NUMBER$}");
    }
    out.push('\n');
    let (sessions, registrations) = (&peer.sessions, &peer.registrations);
    row(out, "first response", &peer.response_time);
    row(
        out,
        "registration request delay (RRD)",
        &registrations.delay,
    );
    row(out, "session request delay (SRD)", &sessions.request_delay);
    row(
        out,
        "  of those that failed",
        &sessions.failed_request_delay,
    );
    row(
        out,
        "session disconnect delay (SDD)",
        &sessions.disconnect_delay,
    );
    row(
        out,
        "  of those that failed",
        &sessions.failed_disconnect_delay,
    );
    row(out, "session duration time (SDT)", &sessions.duration);
    row(out, "  of those that failed", &sessions.failed_duration);
    if peer.unanswered > 0 {
        let _ = writeln!(out, "    requests never answered: {}", peer.unanswered);
    }
    registrations_lines(out, registrations);
    sessions_lines(out, sessions);
}

fn row(out: &mut String, name: &str, series: &Series) {
    if series.count() == 0 {
        return;
    }
    let name = format!("    {name}");
    let _ = write!(out, "{name:<NAME$}{:>NUMBER$}", series.count());
    for span in [
        series.shortest(),
        series.percentile(50),
        series.percentile(95),
        series.longest(),
    ] {
        let _ = write!(out, "{:>NUMBER$}", brief(span));
    }
    out.push('\n');
}

fn registrations_lines(out: &mut String, of: &Registrations) {
    if of.attempts() == 0 {
        return;
    }
    let parts = [
        (of.delay.count(), "accepted"),
        (of.refused, "refused"),
        (of.unanswered, "not answered"),
    ];
    let _ = writeln!(
        out,
        "    {}{}",
        counted(of.attempts(), "registration"),
        listed(&parts)
    );
    ratios(out, &[("IRA", of.ineffective())]);
}

fn sessions_lines(out: &mut String, of: &Sessions) {
    if of.attempts() == 0 {
        return;
    }
    let parts = [
        (of.established, "established"),
        (of.declined, "declined or busy"),
        (of.ineffective, "ineffective"),
        (of.cancelled, "cancelled"),
        (of.redirected, "redirected"),
        (of.failed, "failed otherwise"),
        (of.open(), "still open at the end"),
    ];
    let asked = counted(of.attempts(), "session");
    let _ = writeln!(out, "    {asked}{}", listed(&parts));
    ratios(
        out,
        &[
            ("SER", of.establishment_ratio()),
            ("SEER", of.effectiveness_ratio()),
            ("ISA", of.ineffective_attempts()),
            ("SCR", of.completion_ratio()),
        ],
    );
    if let Some(mean) = of.mean_hops() {
        let most = of.hops.2;
        let _ = writeln!(
            out,
            "    hops of an INVITE: {mean:.1} on average, {most} at most"
        );
    }
}

/// `1 session asked for`, `2 sessions asked for`.
fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural} asked for")
}

/// `: 3 accepted, 1 refused`.
fn listed(parts: &[(u64, &str)]) -> String {
    let named = parts.iter().filter(|(count, _)| *count > 0);
    let named: Vec<String> = named
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    format!(": {}", named.join(", "))
}

fn ratios(out: &mut String, ratios: &[(&str, Option<f64>)]) {
    let known = ratios
        .iter()
        .filter_map(|(name, ratio)| Some(format!("{name} {:.1} %", (*ratio)?)));
    let known: Vec<String> = known.collect();
    if !known.is_empty() {
        let _ = writeln!(out, "      {}", known.join(", "));
    }
}

/// A span of time in few columns: `0.4 ms`, `17 ms`, `1.25 s`, `41 s`, `3m05s`, `2h07m`.
fn brief(span: Duration) -> String {
    let micros = span.as_micros();
    let seconds = span.as_secs();
    match micros {
        0..10_000 => format!("{:.1} ms", micros as f64 / 1e3),
        10_000..1_000_000 => format!("{:.0} ms", micros as f64 / 1e3),
        1_000_000..10_000_000 => format!("{:.2} s", span.as_secs_f64()),
        10_000_000..60_000_000 => format!("{:.1} s", span.as_secs_f64()),
        60_000_000..3_600_000_000 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_take_few_columns() {
        let words = |micros| brief(Duration::from_micros(micros));
        assert_eq!(words(0), "0.0 ms");
        assert_eq!(words(437), "0.4 ms");
        assert_eq!(words(17_100), "17 ms");
        assert_eq!(words(1_254_000), "1.25 s");
        assert_eq!(words(41_040_000), "41.0 s");
        assert_eq!(words(185_000_000), "3m05s");
        assert_eq!(words(7_620_000_000), "2h07m");
    }
}
