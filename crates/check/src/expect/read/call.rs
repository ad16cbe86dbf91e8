//! Reads what is expected of calls.

use std::collections::BTreeMap;
use std::time::Duration;

use sipwhy_report::parse_span;
use toml::de::DeValue;

use super::ExpectationFault;
use super::source::{Source, Value};
use crate::expect::facts::{FIGURES, Figure, Outcome};
use crate::expect::ladder::Ladder;
use crate::expect::model::{Codes, OfCall, Select};
use crate::expect::pattern::Pattern;

/// The keys of what is expected of a call.
const OF_CALL: [&str; 11] = [
    "match", "name", "count", "outcome", "code", "ladder", "route", "codec", "timings", "fires",
    "silent",
];
/// The fields that select calls.
const FIELDS: [&str; 6] = ["from", "to", "number", "method", "call_id", "nth"];
/// What `timings` has beside the figures.
const HOPS: &str = "hops";

impl Source<'_> {
    pub(super) fn call(&self, value: &Value<'_>) -> Result<OfCall, ExpectationFault> {
        let mut call = OfCall {
            line: self.line(&value.span()),
            ..OfCall::default()
        };
        for (key, value) in self.table(value)? {
            match key.get_ref().as_ref() {
                "match" => call.select = self.select(value)?,
                "name" => call.name = Some(self.text(value, "a name, in quotes")?.to_owned()),
                "count" => call.count = Some(self.at(value, self.count(value)?)),
                "outcome" => {
                    let outcome = self.one_of(value, "outcome", &Outcome::ALL, Outcome::as_str)?;
                    call.outcome = Some(self.at(value, outcome));
                }
                "code" => call.code = Some(self.at(value, self.codes(value)?)),
                "ladder" => call.ladder = Some(self.at(value, self.ladder(value)?)),
                "route" => {
                    let hosts = self.list(value, "a list of addresses, or names of [hosts]")?;
                    let hosts = hosts.map(|it| Ok(self.text(it, "an address")?.to_owned()));
                    call.route = Some(self.at(value, hosts.collect::<Result<_, _>>()?));
                }
                "codec" => call.codec = Some(self.at(value, self.codecs(value)?)),
                "timings" => self.timings(value, &mut call)?,
                "fires" => call.rules.fires = self.firings(value)?,
                "silent" => call.rules.silent = self.firings(value)?,
                name if FIELDS.contains(&name) => {
                    let fault = format!("`{name}` selects calls: match = {{ {name} = … }}");
                    return Err(self.fault(key.span(), fault));
                }
                name => {
                    return Err(self.unknown(key.span(), "expectation of a call", name, OF_CALL));
                }
            }
        }
        Ok(call)
    }

    fn select(&self, value: &Value<'_>) -> Result<Select, ExpectationFault> {
        let mut select = Select::default();
        for (key, value) in self.table(value)? {
            let name = key.get_ref().as_ref();
            if name == "nth" {
                let nth = self.number(value)?;
                if nth == 0 {
                    return Err(self.expected(value, "1 or more: the first is 1"));
                }
                select.nth = Some(nth);
                continue;
            }
            let field = match name {
                "from" => &mut select.from,
                "to" => &mut select.to,
                "number" => &mut select.number,
                "method" => &mut select.method,
                "call_id" => &mut select.call_id,
                _ => return Err(self.unknown(key.span(), "field", name, FIELDS)),
            };
            *field = Some(Pattern::new(self.text(value, "a pattern, in quotes")?));
        }
        Ok(select)
    }

    /// `486`, `"4xx"`, `"400-499"`.
    fn codes(&self, value: &Value<'_>) -> Result<Codes, ExpectationFault> {
        let what = "a final code such as 486, \"4xx\" or \"400-499\"";
        let read = match value.get_ref() {
            DeValue::Integer(_) => {
                let code = u16::try_from(self.number(value)?).ok();
                code.map(|code| Codes {
                    first: code,
                    last: code,
                })
            }
            DeValue::String(text) => read_codes(text),
            _ => return Err(self.expected(value, what)),
        };
        let is_final = |it: &Codes| 200 <= it.first && it.first <= it.last && it.last <= 699;
        read.filter(is_final)
            .ok_or_else(|| self.fault(value.span(), format!("expected {what}")))
    }

    fn ladder(&self, value: &Value<'_>) -> Result<Ladder, ExpectationFault> {
        let entries: Vec<&Value<'_>> = self.list(value, "a list of messages")?.collect();
        let texts = entries
            .iter()
            .map(|it| self.text(it, "a message, in quotes"));
        let texts: Vec<&str> = texts.collect::<Result<_, _>>()?;
        Ladder::read(&texts).map_err(|(place, fault)| {
            let at = entries.get(place).map_or(value.span(), |it| it.span());
            self.fault(at, fault)
        })
    }

    /// `"PCMA"`, or `{ audio = "PCMA", video = "none" }`.
    fn codecs(&self, value: &Value<'_>) -> Result<BTreeMap<String, String>, ExpectationFault> {
        let what = "a codec, or a table such as { audio = \"PCMA\" }";
        if let DeValue::String(codec) = value.get_ref() {
            return Ok([(String::new(), codec.to_string())].into());
        }
        let table = value.get_ref().as_table();
        let table = table.ok_or_else(|| self.expected(value, what))?;
        let mut codecs = BTreeMap::new();
        for (media, value) in table {
            let codec = self.text(value, "the name of a codec, in quotes")?;
            codecs.insert(media.get_ref().to_ascii_lowercase(), codec.to_owned());
        }
        Ok(codecs)
    }

    fn timings(&self, value: &Value<'_>, into: &mut OfCall) -> Result<(), ExpectationFault> {
        for (key, value) in self.table(value)? {
            let name = key.get_ref().as_ref();
            if name == HOPS {
                into.hops = Some(self.at(value, self.count(value)?));
                continue;
            }
            let figure = FIGURES.iter().find(|it| it.as_str() == name);
            let Some(figure) = figure else {
                let names = FIGURES.map(Figure::as_str);
                // All are so short that nearly any is near to any other.
                let names = [&names[..], &[HOPS]].concat().join(", ");
                let fault = format!("no figure is called `{name}`; there are {names}");
                return Err(self.fault(key.span(), fault));
            };
            let bounds = self.bounds(value, |value| self.span(value))?;
            into.timings.push(self.at(value, (*figure, bounds)));
        }
        Ok(())
    }

    fn span(&self, value: &Value<'_>) -> Result<Duration, ExpectationFault> {
        let text = self.text(value, "a span of time such as \"500ms\"")?;
        parse_span(text).map_err(|fault| self.fault(value.span(), fault))
    }
}

fn read_codes(text: &str) -> Option<Codes> {
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        return Some(Codes { first, last });
    }
    if let Some(class) = text.strip_suffix("xx") {
        let first = class.parse::<u16>().ok()?.checked_mul(100)?;
        let last = first.checked_add(99)?;
        return Some(Codes { first, last });
    }
    let code = text.parse().ok()?;
    Some(Codes {
        first: code,
        last: code,
    })
}
