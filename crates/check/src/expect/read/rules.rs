//! Reads which rules must fire, and which must not.

use sipwhy_annotator::{RULES, Severity, Verdict};
use toml::de::DeValue;

use super::ExpectationFault;
use super::source::{Source, Value};
use crate::expect::model::{At, Firing};

/// What stands for any rule.
const ANY: &str = "*";
/// The keys of a finding that is asked for.
const KEYS: [&str; 5] = ["rule", "severity", "at_least", "verdict", "count"];
const SEVERITIES: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];
const VERDICTS: [Verdict; 3] = [Verdict::Confirmed, Verdict::Inconclusive, Verdict::Resolved];

impl Source<'_> {
    /// A list of names of rules, or of tables that say more.
    pub(super) fn firings(&self, value: &Value<'_>) -> Result<Vec<At<Firing>>, ExpectationFault> {
        let list = self.list(value, "a list of rules")?;
        list.map(|value| Ok(self.at(value, self.firing(value)?)))
            .collect()
    }

    fn firing(&self, value: &Value<'_>) -> Result<Firing, ExpectationFault> {
        if let DeValue::String(_) = value.get_ref() {
            return Ok(Firing {
                rule: self.rule(value)?,
                ..Firing::default()
            });
        }
        let table = value.get_ref().as_table();
        let table = table.ok_or_else(|| self.expected(value, "the name of a rule, or a table"))?;
        let mut firing = Firing::default();
        let mut has_rule = false;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "rule" => {
                    has_rule = true;
                    firing.rule = self.rule(value)?;
                }
                "severity" => firing.severity = Some(self.severity(value)?),
                "at_least" => firing.at_least = Some(self.severity(value)?),
                "verdict" => {
                    let verdict = self.one_of(value, "verdict", &VERDICTS, Verdict::as_str)?;
                    firing.verdict = Some(verdict);
                }
                "count" => firing.count = Some(self.count(value)?),
                name => {
                    return Err(self.unknown(key.span(), "property of a finding", name, KEYS));
                }
            }
        }
        match has_rule {
            true => Ok(firing),
            false => Err(self.fault(value.span(), "`rule` is missing; \"*\" is any of them")),
        }
    }

    fn severity(&self, value: &Value<'_>) -> Result<Severity, ExpectationFault> {
        self.one_of(value, "severity", &SEVERITIES, Severity::as_str)
    }

    /// The rule of this name; none for any.
    fn rule(&self, value: &Value<'_>) -> Result<Option<String>, ExpectationFault> {
        let name = self.text(value, "the name of a rule")?;
        if name == ANY {
            return Ok(None);
        }
        let ids = RULES.iter().map(|rule| rule.info().id);
        match ids.clone().any(|id| id == name) {
            true => Ok(Some(name.to_owned())),
            false => Err(self.unknown(value.span(), "rule", name, ids)),
        }
    }
}
