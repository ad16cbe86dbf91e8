//! Response times and the figures of RFC 6076, as a table for each host.

use std::fmt::Write as _;
use std::time::Duration;

use sipwhy_annotator::{Peer, Registrations, Series, Sessions, Timings};

use super::palette::{Ink, Palette};
use super::wrap::wrap;

/// Hosts that are shown.
const MOST_SHOWN: usize = 20;
/// Columns of a row's name, and of each of its numbers.
const NAME: usize = 36;
const NUMBER: usize = 9;

/// Columns of a row with all its numbers.
const ROW: usize = NAME + 5 * NUMBER;

/// The tables on their way to the page.
pub(super) struct Tables<'a> {
    pub(super) timings: &'a Timings,
    pub(super) width: usize,
    pub(super) palette: &'a Palette,
}

impl Tables<'_> {
    /// Writes a table for each host, those that answered most first.
    pub(super) fn write(&self, out: &mut String) {
        let mut peers: Vec<&Peer> = self.timings.peers().iter().collect();
        if peers.is_empty() {
            return;
        }
        peers.sort_by_key(|peer| std::cmp::Reverse(peer.response_time.count()));
        let heading = "Response times, and RFC 6076, by the host that was asked (docs/timings.md):";
        out.push('\n');
        for line in wrap(heading, self.width, self.width) {
            let _ = writeln!(out, "{}", self.palette.paint(Ink::Strong, &line));
        }
        for peer in peers.iter().take(MOST_SHOWN) {
            self.table(out, peer);
        }
        if let Some(more @ 1..) = peers.len().checked_sub(MOST_SHOWN) {
            out.push('\n');
            self.line(
                out,
                2,
                &format!("and {more} more; --format json has them all"),
            );
        }
    }

    fn table(&self, out: &mut String, peer: &Peer) {
        let head = format!("{:<NAME$}", format!("  {}", peer.address));
        let _ = write!(out, "\n{}", self.palette.paint(Ink::Strong, &head));
        if self.width >= ROW {
            for column in ["count", "min", "median", "95 %", "max"] {
                let _ = write!(out, "{column:>NUMBER$}");
            }
        }
        out.push('\n');
        for (name, series) in series_of(peer) {
            self.row(out, name, series);
        }
        for (is_detail, remark) in remarks_of(peer) {
            self.line(out, if is_detail { 6 } else { 4 }, &remark);
        }
    }

    fn row(&self, out: &mut String, name: &str, series: &Series) {
        if series.count() == 0 {
            return;
        }
        let spans = [
            series.shortest(),
            series.percentile(50),
            series.percentile(95),
            series.longest(),
        ];
        let [min, median, most, max] = spans.map(brief);
        let count = series.count();
        if self.width < ROW {
            let text = format!("{name}: {count}, {min} to {max}, median {median}, 95 % {most}");
            return self.line(out, 4, &text);
        }
        let name = format!("    {name}");
        let _ = write!(out, "{name:<NAME$}{count:>NUMBER$}");
        for span in [min, median, most, max] {
            let _ = write!(out, "{span:>NUMBER$}");
        }
        out.push('\n');
    }

    fn line(&self, out: &mut String, indent: usize, text: &str) {
        let room = self.width.saturating_sub(indent);
        for line in wrap(text, room, room.saturating_sub(2)) {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
}

/// The series of a host by their names.
pub(crate) const fn series_of(peer: &Peer) -> [(&'static str, &Series); 8] {
    let (sessions, registrations) = (&peer.sessions, &peer.registrations);
    [
        ("first response", &peer.response_time),
        ("registration request delay (RRD)", &registrations.delay),
        ("session request delay (SRD)", &sessions.request_delay),
        (
            "session request delay, failed",
            &sessions.failed_request_delay,
        ),
        ("session disconnect delay (SDD)", &sessions.disconnect_delay),
        (
            "session disconnect delay, failed",
            &sessions.failed_disconnect_delay,
        ),
        ("session duration time (SDT)", &sessions.duration),
        ("session duration time, failed", &sessions.failed_duration),
    ]
}

/// What else is known of a host, in a line each; some are a detail of the line before.
pub(crate) fn remarks_of(peer: &Peer) -> Vec<(bool, String)> {
    let mut remarks = Vec::new();
    if peer.unanswered > 0 {
        let text = format!("requests never answered: {}", peer.unanswered);
        remarks.push((false, text));
    }
    remark_on_registrations(&peer.registrations, &mut remarks);
    remark_on_sessions(&peer.sessions, &mut remarks);
    remarks
}

fn remark_on_registrations(of: &Registrations, remarks: &mut Vec<(bool, String)>) {
    if of.attempts() == 0 {
        return;
    }
    let parts = [
        (of.delay.count(), "accepted"),
        (of.refused, "refused"),
        (of.unanswered, "not answered"),
    ];
    let asked = counted(of.attempts(), "registration");
    remarks.push((false, format!("{asked}{}", listed(&parts))));
    remarks.extend(ratios(&[("IRA", of.ineffective())]));
}

fn remark_on_sessions(of: &Sessions, remarks: &mut Vec<(bool, String)>) {
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
    remarks.push((false, format!("{asked}{}", listed(&parts))));
    remarks.extend(ratios(&[
        ("SER", of.establishment_ratio()),
        ("SEER", of.effectiveness_ratio()),
        ("ISA", of.ineffective_attempts()),
        ("SCR", of.completion_ratio()),
    ]));
    if let Some(mean) = of.mean_hops() {
        let most = of.hops.2;
        let text = format!("hops of an INVITE: {mean:.1} on average, {most} at most");
        remarks.push((false, text));
    }
}

/// Ratios, those that are known, as a detail.
fn ratios(ratios: &[(&str, Option<f64>)]) -> Option<(bool, String)> {
    let known = ratios
        .iter()
        .filter_map(|(name, ratio)| Some(format!("{name} {:.1} %", (*ratio)?)));
    let known: Vec<String> = known.collect();
    (!known.is_empty()).then(|| (true, known.join(", ")))
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

/// A span of time in few columns: `0.4 ms`, `17 ms`, `1.25 s`, `41 s`, `3m05s`, `2h07m`.
pub(crate) fn brief(span: Duration) -> String {
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
