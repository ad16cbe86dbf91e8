//! What filters know of a line of the annotated log.

use std::net::{IpAddr, SocketAddr};

use super::Filter;
use super::facts::{Facts, user};
use crate::logged::{Form, LoggedLine};

impl Facts {
    /// Those of a line, with what the lines before said of its call.
    fn of_line(line: &LoggedLine, call: Option<&Self>) -> Self {
        let severity = line.severity();
        let of_call = call.filter(|_| severity.is_some());
        let mut facts = of_call.cloned().unwrap_or_default();
        facts.kind = match (severity, line.kind()) {
            (Some(_), _) => "annotation",
            (None, "call") => "call",
            _ => "message",
        };
        facts.call_id = line.field("call_id").map(str::to_owned);
        facts
            .methods
            .extend(line.field("method").map(str::to_owned));
        facts.codes.extend(line.code());
        let uris = line.uris.iter();
        facts
            .users
            .extend(uris.filter_map(|it| user(it.as_bytes())));
        facts.sources.extend(line.field("src").and_then(host));
        facts.destinations.extend(line.field("dst").and_then(host));
        for (source, destination) in &line.hosts {
            facts.sources.extend(host(source));
            facts.destinations.extend(host(destination));
        }
        facts
            .sources
            .extend(line.field("responsible").and_then(host));
        facts.rules = line.rule().into_iter().collect();
        facts.severity = severity;
        facts.verdict = ["confirmed", "inconclusive", "resolved"]
            .into_iter()
            .find(|it| line.field("verdict") == Some(it));
        facts.time = Some((line.time, line.time));
        facts
    }
}

/// The address of a host, with or without a port.
fn host(text: &str) -> Option<IpAddr> {
    let bare = text.parse().ok();
    bare.or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip()))
}

impl Filter {
    /// Whether a line of the log is to be shown. Those that tell of losses, numbers and ends always are.
    ///
    /// # Errors
    /// What the filter asks for that no line of this form holds.
    pub fn line(&mut self, line: &LoggedLine) -> Result<bool, String> {
        let Some(expression) = &self.expression else {
            return Ok(true);
        };
        if matches!(line.kind(), "lost" | "stats" | "summary") {
            // Whoever comes next counts calls from one.
            if line.kind() == "summary" {
                self.calls.clear();
            }
            return Ok(true);
        }
        if line.form != Form::Record && expression.asks_for_users() {
            return Err(
                "the lines of this log hold no users, so none can be filtered for; those of \
                 --format json do"
                    .to_owned(),
            );
        }
        if line.kind() == "msg" {
            self.first.get_or_insert(line.time);
        }
        let number = line.field("call").or_else(|| line.field("number"));
        let number: Option<u64> = number.and_then(|it| it.parse().ok());
        if let Some(number) = number {
            // One that was stopped without a summary counted others.
            let known = self.calls.get(&number).and_then(|it| it.call_id.as_deref());
            if known.is_some() && known != line.field("call_id") {
                self.calls.remove(&number);
            }
        }
        let call = number.and_then(|number| self.calls.get(&number));
        let facts = Facts::of_line(line, call);
        let is_shown = self.holds(&facts);
        if let Some(number) = number {
            self.call(number).add(facts);
        }
        Ok(is_shown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Expression;
    use super::*;

    const LINES: [&str; 4] = [
        "2026-11-22T17:19:30Z msg src=10.0.0.1:5060 dst=10.0.0.2:5060 start=\"INVITE sip:b\" \
         method=INVITE call=1 call_id=x : calls",
        "2026-11-22T17:19:31Z msg src=10.0.0.2:5060 dst=10.0.0.1:5060 start=\"486 Busy Here\" \
         method=INVITE call=1 call_id=x : 486 Busy Here: is busy",
        "2026-11-22T17:19:32Z error rule=call-failed verdict=confirmed responsible=10.0.0.2 \
         call=1 call_id=x : failed",
        "2026-11-22T17:19:33Z note rule=late-first-response call=1 call_id=other : late",
    ];

    /// The numbers of the lines that are shown.
    fn shown(expression: &str) -> Vec<usize> {
        let mut filter = Filter::new(Some(Expression::parse(expression).expect(expression)));
        let mut is_shown = |line: &str| {
            let line = LoggedLine::read(line.as_bytes()).unwrap();
            filter.line(&line).unwrap()
        };
        let all = LINES.iter().enumerate();
        all.filter(|(_, line)| is_shown(line))
            .map(|(number, _)| number)
            .collect()
    }

    #[test]
    fn lines_are_judged_as_what_they_tell_of_is() {
        for (expression, expected) in [
            ("kind == message", &[0, 1][..]),
            ("severity >= note", &[2, 3]),
            ("severity >= warning", &[2]),
            ("rule == call-failed", &[2]),
            // A finding has the codes and hosts of its call; call 1 of another run is another.
            ("code == 4xx", &[1, 2]),
            ("source == 10.0.0.1", &[0, 2]),
            ("address == 10.0.0.0/8", &[0, 1, 2]),
            ("call_id == x", &[0, 1, 2]),
            ("verdict == confirmed", &[2]),
            ("time >= 2s", &[2, 3]),
        ] {
            assert_eq!(shown(expression), expected, "{expression}");
        }
    }

    #[test]
    fn what_no_line_holds_is_said() {
        let expression = Expression::parse("not (code == 1 and user == bob)").unwrap();
        let mut filter = Filter::new(Some(expression));
        let line = LoggedLine::read(LINES[0].as_bytes()).unwrap();
        assert!(filter.line(&line).unwrap_err().contains("users"));
    }
}
