//! Reads a file of expectations: by hand and not by serde, so that what is wrong in it is told with
//! its line and with what was probably meant.

mod call;
mod rules;
mod source;

use std::collections::BTreeMap;

use thiserror::Error;
use toml::de::DeTable;

use self::source::{Source, Value};
use super::model::{Body, Expectations, OfCapture};
use super::pattern::Pattern;

/// The version of the form.
const VERSION: u64 = 1;

/// What is wrong with a file of expectations.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}: {text}")]
pub struct ExpectationFault {
    /// Where, from 1.
    pub line: usize,
    /// What.
    pub text: String,
}

/// The keys of what is expected of a capture.
const OF_CAPTURE: [&str; 4] = ["calls", "fires", "silent", "call"];
/// Those that only the file as a whole has.
const OF_FILE: [&str; 3] = ["version", "hosts", "capture"];

impl Expectations {
    /// Reads a file that is called `file`.
    ///
    /// # Errors
    /// It is none, or one of a newer form.
    pub fn parse(file: &str, text: &str) -> Result<Self, ExpectationFault> {
        let source = Source { text };
        let root = DeTable::parse(text).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            source.fault(at, error.message().replace('\n', ", "))
        })?;
        let mut read = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        let mut has_version = false;
        for (key, value) in root.get_ref() {
            match key.get_ref().as_ref() {
                "version" => {
                    has_version = true;
                    let version = source.number(value)?;
                    if version != VERSION {
                        let fault = format!(
                            "version {version} of the form is not known here; a newer sipwhy \
                             reads it"
                        );
                        return Err(source.fault(value.span(), fault));
                    }
                }
                "hosts" => read.hosts = source.hosts(value)?,
                "capture" => {
                    for value in source.list(value, "[[capture]], a list of tables")? {
                        read.captures.push(source.capture(value)?);
                    }
                }
                name if OF_CAPTURE.contains(&name) => {
                    source.of_capture(name, value, &mut read.of_all)?;
                }
                name => {
                    let names = [&OF_FILE[..], &OF_CAPTURE[..]].concat();
                    return Err(source.unknown(key.span(), "expectation", name, names));
                }
            }
        }
        match has_version {
            true => Ok(read),
            false => Err(source.fault(0..0, format!("`version = {VERSION}` is missing"))),
        }
    }
}

impl Source<'_> {
    fn hosts(&self, value: &Value<'_>) -> Result<BTreeMap<String, String>, ExpectationFault> {
        let mut hosts = BTreeMap::new();
        for (key, value) in self.table(value)? {
            let address = self.text(value, "an address, in quotes")?;
            hosts.insert(key.get_ref().to_string(), address.to_owned());
        }
        Ok(hosts)
    }

    fn capture(&self, value: &Value<'_>) -> Result<OfCapture, ExpectationFault> {
        let mut path = None;
        let mut body = Body::default();
        for (key, value) in self.table(value)? {
            match key.get_ref().as_ref() {
                "file" => {
                    let text = self.text(value, "a path or a pattern, in quotes")?;
                    path = Some(Pattern::of_path(text.strip_prefix("./").unwrap_or(text)));
                }
                name if OF_CAPTURE.contains(&name) => self.of_capture(name, value, &mut body)?,
                name => {
                    let names = [&["file"][..], &OF_CAPTURE[..]].concat();
                    return Err(self.unknown(key.span(), "expectation", name, names));
                }
            }
        }
        let Some(path) = path else {
            return Err(self.fault(value.span(), "a [[capture]] needs a `file`"));
        };
        Ok(OfCapture {
            line: self.line(&value.span()),
            path,
            body,
        })
    }

    /// A key among [`OF_CAPTURE`].
    fn of_capture(
        &self,
        name: &str,
        value: &Value<'_>,
        into: &mut Body,
    ) -> Result<(), ExpectationFault> {
        match name {
            "calls" => into.calls = Some(self.at(value, self.count(value)?)),
            "fires" => into.rules.fires = self.firings(value)?,
            "silent" => into.rules.silent = self.firings(value)?,
            _ => {
                for value in self.list(value, "[[call]], a list of tables")? {
                    into.of_calls.push(self.call(value)?);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
