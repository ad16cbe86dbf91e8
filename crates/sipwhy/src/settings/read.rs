//! What a configuration file says. Every fault names its line.

use std::collections::BTreeSet;
use std::ops::Range;

use sipwhy_annotator::{
    Exception, Measure, Network, NumberPrefix, RULES, Severity, THRESHOLDS, Threshold, Thresholds,
};
use sipwhy_catalogue::nearest;
use sipwhy_report::parse_span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Settings;

/// The parts of the file.
const PARTS: [&str; 7] = [
    "thresholds",
    "severity",
    "rules",
    "trusted",
    "proxies",
    "watched",
    "peer",
];

/// Thresholds that are one after the other in time.
const IN_ORDER: [(&str, &str); 3] = [
    ("stuck_warning", "stuck_error"),
    ("stuck_error", "stuck_timer_c"),
    ("ringing_note", "ringing_warning"),
];

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where, from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

/// Reads the whole file.
pub(super) fn settings(text: &str) -> Result<Settings, Fault> {
    let file = Source { text };
    let root = DeTable::parse(text).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        file.fault(at, error.message().replace('\n', ", "))
    })?;
    let mut settings = Settings::default();
    for (key, value) in root.get_ref() {
        let name = key.get_ref().as_ref();
        match name {
            "thresholds" => file.thresholds(value, &mut settings.thresholds)?,
            "severity" => file.severities(value, &mut settings)?,
            "rules" => file.switches(value, &mut settings)?,
            "trusted" => settings.trusted = file.addresses(value)?,
            "proxies" => settings.proxies = file.addresses(value)?,
            "watched" => settings.watched_numbers = file.numbers(value)?,
            "peer" => file.peers(value, &mut settings)?,
            _ => return Err(file.unknown(key.span(), "setting", name, PARTS)),
        }
    }
    Ok(settings)
}

type Value<'t> = Spanned<DeValue<'t>>;

/// The text of the file, for the lines of faults.
struct Source<'t> {
    text: &'t str,
}

impl Source<'_> {
    fn fault(&self, at: Range<usize>, text: impl Into<String>) -> Fault {
        let before = self.text.as_bytes().iter().take(at.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        let text = text.into();
        Fault { line, text }
    }

    fn unknown<'n>(
        &self,
        at: Range<usize>,
        what: &str,
        name: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Fault {
        let meant = nearest(name, names);
        let meant = meant.map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        self.fault(at, format!("no {what} is called `{name}`{meant}"))
    }

    fn expected(&self, value: &Value<'_>, what: &str) -> Fault {
        let found = value.get_ref().type_str();
        self.fault(value.span(), format!("expected {what}, found {found}"))
    }

    fn table<'v, 't>(&self, value: &'v Value<'t>) -> Result<&'v DeTable<'t>, Fault> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.expected(value, "a table"))
    }

    fn text_of<'v>(&self, value: &'v Value<'_>, what: &str) -> Result<&'v str, Fault> {
        let text = value.get_ref().as_str();
        text.ok_or_else(|| self.expected(value, what))
    }

    /// The rule of this name, if there is one.
    fn rule(&self, at: Range<usize>, name: &str) -> Result<String, Fault> {
        let mut ids = RULES.iter().map(|rule| rule.info().id);
        match ids.clone().any(|id| id == name) {
            true => Ok(name.to_owned()),
            false => Err(self.unknown(at, "rule", name, &mut ids)),
        }
    }

    fn thresholds(&self, value: &Value<'_>, into: &mut Thresholds) -> Result<(), Fault> {
        for (key, value) in self.table(value)? {
            let name = key.get_ref().as_ref();
            let Some(threshold) = threshold(name) else {
                let names = THRESHOLDS.iter().map(|it| it.name);
                return Err(self.unknown(key.span(), "threshold", name, names));
            };
            let measure = match value.get_ref() {
                DeValue::String(text) => {
                    Measure::Time(parse_span(text).map_err(|text| self.fault(value.span(), text))?)
                }
                DeValue::Integer(number) => {
                    let count = u64::from_str_radix(number.as_str(), number.radix());
                    Measure::Count(count.map_err(|_| self.expected(value, "no less than 0"))?)
                }
                _ => return Err(self.expected(value, "a span of time or a number")),
            };
            if threshold.set(into, measure).is_none() {
                let what = match threshold.get(into) {
                    Measure::Time(_) => "a span of time such as \"8s\"",
                    Measure::Count(_) => "a number, not too large",
                };
                return Err(self.expected(value, what));
            }
        }
        for (first, second) in IN_ORDER {
            if time(first, into) > time(second, into) {
                return Err(self.fault(
                    value.span(),
                    format!("`{first}` must not be longer than `{second}`"),
                ));
            }
        }
        Ok(())
    }

    fn severities(&self, value: &Value<'_>, settings: &mut Settings) -> Result<(), Fault> {
        for (key, value) in self.table(value)? {
            let rule = self.rule(key.span(), key.get_ref())?;
            let what = "\"note\", \"warning\" or \"error\"";
            let word = self.text_of(value, what)?;
            let known = [Severity::Note, Severity::Warning, Severity::Error];
            let Some(severity) = known.into_iter().find(|it| it.as_str() == word) else {
                let names = known.map(Severity::as_str);
                return Err(self.unknown(value.span(), "severity", word, names));
            };
            settings.policy.severities.insert(rule, severity);
        }
        Ok(())
    }

    fn switches(&self, value: &Value<'_>, settings: &mut Settings) -> Result<(), Fault> {
        for (key, value) in self.table(value)? {
            let rule = self.rule(key.span(), key.get_ref())?;
            let is_on = value.get_ref().as_bool();
            if !is_on.ok_or_else(|| self.expected(value, "true or false"))? {
                settings.policy.off.insert(rule);
            }
        }
        Ok(())
    }

    fn addresses(&self, value: &Value<'_>) -> Result<Vec<Network>, Fault> {
        let mut found = Vec::new();
        for (key, value) in self.table(value)? {
            if key.get_ref() != "addresses" {
                return Err(self.unknown(key.span(), "setting", key.get_ref(), ["addresses"]));
            }
            for value in self.list(value, "a list of addresses and networks")? {
                found.push(self.network(value)?);
            }
        }
        Ok(found)
    }

    fn numbers(&self, value: &Value<'_>) -> Result<Vec<NumberPrefix>, Fault> {
        let mut found = Vec::new();
        for (key, value) in self.table(value)? {
            if key.get_ref() != "numbers" {
                return Err(self.unknown(key.span(), "setting", key.get_ref(), ["numbers"]));
            }
            for value in self.list(value, "a list of numbers")? {
                let text = self.text_of(value, "the beginning of a number, in quotes")?;
                let number = text.parse();
                found.push(
                    number
                        .map_err(|fault| self.fault(value.span(), format!("`{text}`: {fault}")))?,
                );
            }
        }
        Ok(found)
    }

    fn list<'v, 't>(
        &self,
        value: &'v Value<'t>,
        what: &str,
    ) -> Result<impl Iterator<Item = &'v Value<'t>>, Fault> {
        let list = value.get_ref().as_array();
        Ok(list.ok_or_else(|| self.expected(value, what))?.iter())
    }

    fn network(&self, value: &Value<'_>) -> Result<Network, Fault> {
        let text = self.text_of(value, "an address or a network, in quotes")?;
        text.parse()
            .map_err(|fault| self.fault(value.span(), format!("`{text}`: {fault}")))
    }

    fn peers(&self, value: &Value<'_>, settings: &mut Settings) -> Result<(), Fault> {
        for value in self.list(value, "[[peer]], a list of tables")? {
            let mut peers = None;
            let mut off = BTreeSet::new();
            for (key, value) in self.table(value)? {
                match key.get_ref().as_ref() {
                    "address" => peers = Some(self.network(value)?),
                    "off" => {
                        for value in self.list(value, "a list of rules")? {
                            let name = self.text_of(value, "the name of a rule")?;
                            off.insert(self.rule(value.span(), name)?);
                        }
                    }
                    name => {
                        let names = ["address", "off"];
                        return Err(self.unknown(key.span(), "setting of a peer", name, names));
                    }
                }
            }
            let Some(peers) = peers else {
                return Err(self.fault(value.span(), "a peer needs an `address`"));
            };
            settings.policy.exceptions.push(Exception { peers, off });
        }
        Ok(())
    }
}

fn threshold(name: &str) -> Option<&'static Threshold> {
    THRESHOLDS.iter().find(|it| it.name == name)
}

fn time(name: &str, of: &Thresholds) -> Option<std::time::Duration> {
    match threshold(name)?.get(of) {
        Measure::Time(time) => Some(time),
        Measure::Count(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipwhy_annotator::Verdict;
    use std::time::Duration;

    /// The example of the documentation: the TOML block in it that has all parts.
    fn example() -> String {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        let page = std::fs::read_to_string(page).unwrap();
        let begin = page.find("```toml\n").unwrap() + "```toml\n".len();
        let rest = &page[begin..];
        rest[..rest.find("```").unwrap()].to_owned()
    }

    #[test]
    fn the_documented_example_is_read_and_complete() {
        let example = example();
        let root = DeTable::parse(&example).unwrap();
        for part in PARTS {
            assert!(root.get_ref().contains_key(part), "{part} is documented");
        }
        let settings = settings(&example).unwrap();
        let set = root.get_ref().get("thresholds").unwrap();
        for threshold in THRESHOLDS {
            let set = set.get_ref().as_table().unwrap();
            assert!(set.contains_key(threshold.name), "{}", threshold.name);
            let usual = threshold.get(&Thresholds::default());
            let name = threshold.name;
            assert_eq!(threshold.get(&settings.thresholds), usual, "{name}");
        }
        assert!(!settings.policy.off.is_empty());
        assert!(!settings.policy.exceptions.is_empty());
    }

    #[test]
    fn each_part_says_what_it_says() {
        let text = "\
            thresholds.stuck_warning = \"6s\"\n\
            severity.call-failed = \"warning\"\n\
            rules = { late-first-response = false, no-response = true }\n\
            trusted.addresses = [\"10.0.0.0/8\"]\n\
            proxies.addresses = [\"10.0.0.1\", \"2001:db8::1\"]\n\
            [[peer]]\n\
            address = \"192.0.2.0/24\"\n\
            off = [\"malformed-message\"]\n";
        let found = settings(text).unwrap();
        assert_eq!(found.thresholds.stuck_warning, Duration::from_secs(6));
        let policy = found.policy;
        assert!(policy.is_on("no-response") && !policy.is_on("late-first-response"));
        let weigh = |verdict| policy.severity("call-failed", Severity::Error, verdict);
        assert_eq!(weigh(Verdict::Confirmed), Severity::Warning);
        // A verdict that is not sure gets no graver than it was.
        let note = policy.severity("call-failed", Severity::Note, Verdict::Inconclusive);
        assert_eq!(note, Severity::Note);
        assert!(found.trusted[0].contains("10.9.9.9".parse().unwrap()));
        assert_eq!(found.proxies.len(), 2);
        assert!(policy.exceptions[0].off.contains("malformed-message"));
    }

    #[test]
    fn a_fault_names_its_line_and_what_was_meant() {
        for (text, line, says) in [
            ("\n[threshold]\n", 2, "did you mean `thresholds`?"),
            (
                "[thresholds]\n# x\nstuck_warnin = \"8s\"",
                3,
                "did you mean `stuck_warning`?",
            ),
            ("[thresholds]\nstuck_error = 8", 2, "a span of time"),
            (
                "[thresholds]\nstuck_error = \"8 days\"",
                2,
                "no span of time",
            ),
            (
                "[thresholds]\nstuck_error = \"1s\"",
                1,
                "must not be longer",
            ),
            (
                "[rules]\ncall-faild = false",
                2,
                "did you mean `call-failed`?",
            ),
            ("[rules]\ncall-failed = 0", 2, "true or false"),
            (
                "[severity]\ncall-failed = \"warn\"",
                2,
                "no severity is called `warn`",
            ),
            (
                "[watched]\nnumbers = [\"+37760\", \"0900\"]",
                2,
                "begins with +",
            ),
            (
                "[trusted]\naddresses = [\n\"10.0.0.1\",\n\"10.0.0\"]",
                4,
                "`10.0.0`",
            ),
            ("[proxies]\nadresses = []", 2, "did you mean `addresses`?"),
            ("[[peer]]\noff = []", 1, "needs an `address`"),
            (
                "[[peer]]\naddress = \"10.0.0.1\"\noff = [\"x\"]",
                3,
                "no rule is called `x`",
            ),
            ("[peer]\naddress = \"10.0.0.1\"", 1, "[[peer]]"),
            ("x = \n", 1, ""),
            ("[rules]\ncall-failed = true\ncall-failed = true", 3, ""),
        ] {
            let fault = settings(text).unwrap_err();
            assert_eq!(fault.line, line, "{text}: {fault:?}");
            assert!(fault.text.contains(says), "{text}: {fault:?}");
            assert!(!fault.text.contains('\n'), "{fault:?}");
        }
    }
}
