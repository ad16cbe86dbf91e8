//! A line of the log as a message of syslog.

use sipwhy_annotator::Severity;
use sipwhy_report::{LoggedLine, rfc3339_micros};

/// The longest message, in bytes. RFC 5424 §6.1 wants 2048 to be taken and has no limit; 8 KiB is
/// what servers take unless told otherwise.
const LONGEST: usize = 8192;
/// The months as RFC 3164 §4.1.2 writes them.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// How messages are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// As the C library writes them to this host's daemon, which fills in the rest itself (RFC 3164
    /// §4.1, without the host). RFC 5424's would be taken for text there.
    Local,
    /// RFC 5424 in a datagram (RFC 5426), from the host of this name.
    Datagram(String),
    /// RFC 5424 with its length before it (RFC 6587 §3.4.1).
    Stream(String),
}

/// Who messages are from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) dialect: Dialect,
    /// RFC 5424 table 1.
    pub(super) facility: u8,
    pub(super) process: u32,
}

impl Origin {
    /// The message of a line, without its end. What is too long is cut off.
    pub(super) fn frame(&self, line: &[u8]) -> Vec<u8> {
        let read = LoggedLine::read(line);
        let read = read.as_ref();
        let priority = u16::from(self.facility) * 8 + u16::from(severity(read));
        let time = read.map(|line| rfc3339_micros(line.time()));
        let process = self.process;
        let head = match &self.dialect {
            Dialect::Local => {
                let time = time.as_deref().and_then(local_time).unwrap_or_default();
                format!("<{priority}>{time}sipwhy[{process}]: ")
            }
            Dialect::Datagram(host) | Dialect::Stream(host) => {
                let time = time.as_deref().unwrap_or("-");
                let about = read.map_or("-", |line| line.rule().unwrap_or(line.kind()));
                format!("<{priority}>1 {time} {host} sipwhy {process} {about} - ")
            }
        };
        let mut message = head.into_bytes();
        message.extend(cut(line, LONGEST.saturating_sub(message.len())));
        match self.dialect {
            Dialect::Stream(_) => {
                let length = format!("{} ", message.len());
                [length.as_bytes(), &message].concat()
            }
            _ => message,
        }
    }
}

/// RFC 5424 table 2: error, warning, notice; informational what is no finding.
fn severity(line: Option<&LoggedLine>) -> u8 {
    match line.map(|line| (line.severity(), line.kind())) {
        Some((Some(Severity::Error), _)) => 3,
        Some((Some(Severity::Warning), _) | (None, "lost")) => 4,
        Some((Some(Severity::Note), _)) => 5,
        _ => 6,
    }
}

/// `2026-11-23T06:50:22.123456Z` as `Nov 23 06:50:22 `.
fn local_time(time: &str) -> Option<String> {
    let month: usize = time.get(5..7)?.parse().ok()?;
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let day: u8 = time.get(8..10)?.parse().ok()?;
    Some(format!("{month} {day:2} {} ", time.get(11..19)?))
}

/// As much of a text as has room, whole characters alone.
fn cut(text: &[u8], room: usize) -> &[u8] {
    let mut end = room.min(text.len());
    while end > 0 && text.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// A name of this host as RFC 5424 §6 has it: of printable ASCII, or none.
pub(super) fn printable_host(name: &str) -> String {
    let name: String = name.chars().filter(char::is_ascii_graphic).collect();
    match name.get(..name.len().min(255)) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "2026-11-03T06:50:22.123456Z error rule=use-proxy-ignored call=1 : ignored";

    fn frame(dialect: Dialect, line: &str) -> String {
        let origin = Origin {
            dialect,
            facility: 3,
            process: 7,
        };
        String::from_utf8(origin.frame(line.as_bytes())).unwrap()
    }

    #[test]
    fn each_way_has_its_form() {
        assert_eq!(
            frame(Dialect::Local, LINE),
            format!("<27>Nov  3 06:50:22 sipwhy[7]: {LINE}")
        );
        let over_udp = frame(Dialect::Datagram("probe".to_owned()), LINE);
        assert_eq!(
            over_udp,
            format!("<27>1 2026-11-03T06:50:22.123456Z probe sipwhy 7 use-proxy-ignored - {LINE}")
        );
        let over_tcp = frame(Dialect::Stream("probe".to_owned()), LINE);
        assert_eq!(over_tcp, format!("{} {over_udp}", over_udp.len()));
    }

    #[test]
    fn the_priority_tells_how_grave_it_is() {
        for (kind, severity) in [
            ("error", 3),
            ("warning", 4),
            ("note", 5),
            ("msg", 6),
            ("lost", 4),
        ] {
            let line = LINE.replace(" error ", &format!(" {kind} "));
            let expected = format!("<{}>", 24 + severity);
            assert!(
                frame(Dialect::Local, &line).starts_with(&expected),
                "{kind}"
            );
        }
        let json = r#"{"kind":"annotation","time":"2026-11-03T06:50:22.123456789Z","severity":"error","rule":"short-call","title":"y"}"#;
        let framed = frame(Dialect::Datagram("h".to_owned()), json);
        let head = "<27>1 2026-11-03T06:50:22.123456Z h sipwhy 7 short-call - {";
        assert!(framed.starts_with(head), "{framed}");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        for pad in 0..4 {
            let long = format!("{LINE}{}{}", "x".repeat(pad), "é€".repeat(4000));
            let framed = frame(Dialect::Local, &long);
            assert!(
                framed.len() <= LONGEST && framed.len() > LONGEST - 4,
                "{pad}"
            );
        }
    }

    #[test]
    fn a_host_without_a_proper_name_has_none() {
        assert_eq!(printable_host("sbc-1"), "sbc-1");
        assert_eq!(printable_host("a b\n"), "ab");
        assert_eq!(printable_host("\n"), "-");
    }
}
