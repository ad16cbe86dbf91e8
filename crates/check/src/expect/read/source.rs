//! The text of a file, and what its values are expected to be.

use std::ops::Range as Span;

use sipwhy_catalogue::nearest;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::ExpectationFault;
use crate::expect::model::{At, Range};

pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// The text of the file, for the lines of faults.
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
}

impl Source<'_> {
    pub(super) fn line(&self, at: &Span<usize>) -> usize {
        let before = self.text.as_bytes().iter().take(at.start);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    pub(super) fn fault(&self, at: Span<usize>, text: impl Into<String>) -> ExpectationFault {
        ExpectationFault {
            line: self.line(&at),
            text: text.into(),
        }
    }

    pub(super) fn unknown<'n>(
        &self,
        at: Span<usize>,
        what: &str,
        name: &str,
        names: impl IntoIterator<Item = &'n str> + Clone,
    ) -> ExpectationFault {
        let meant = nearest(name, names.clone());
        let meant = meant.map_or_else(
            || {
                let all: Vec<&str> = names.into_iter().collect();
                match all.len() {
                    ..=16 => format!("; there are {}", all.join(", ")),
                    _ => String::new(),
                }
            },
            |it| format!("; did you mean `{it}`?"),
        );
        self.fault(at, format!("no {what} is called `{name}`{meant}"))
    }

    pub(super) fn expected(&self, value: &Value<'_>, what: &str) -> ExpectationFault {
        let found = value.get_ref().type_str();
        self.fault(value.span(), format!("expected {what}, found {found}"))
    }

    pub(super) fn at<T>(&self, value: &Value<'_>, it: T) -> At<T> {
        At {
            line: self.line(&value.span()),
            it,
        }
    }

    pub(super) fn table<'v, 't>(
        &self,
        value: &'v Value<'t>,
    ) -> Result<&'v DeTable<'t>, ExpectationFault> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| self.expected(value, "a table"))
    }

    pub(super) fn list<'v, 't>(
        &self,
        value: &'v Value<'t>,
        what: &str,
    ) -> Result<impl Iterator<Item = &'v Value<'t>>, ExpectationFault> {
        let list = value.get_ref().as_array();
        Ok(list.ok_or_else(|| self.expected(value, what))?.iter())
    }

    pub(super) fn text<'v>(
        &self,
        value: &'v Value<'_>,
        what: &str,
    ) -> Result<&'v str, ExpectationFault> {
        let text = value.get_ref().as_str();
        text.ok_or_else(|| self.expected(value, what))
    }

    pub(super) fn number(&self, value: &Value<'_>) -> Result<u64, ExpectationFault> {
        let number = value.get_ref().as_integer();
        let number = number.ok_or_else(|| self.expected(value, "a number"))?;
        read_number(number).ok_or_else(|| self.expected(value, "no less than 0"))
    }

    /// The word among these that a value is.
    pub(super) fn one_of<T: Copy>(
        &self,
        value: &Value<'_>,
        what: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, ExpectationFault> {
        let word = self.text(value, &format!("the name of one {what}, in quotes"))?;
        let found = all.iter().find(|it| name(**it) == word);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|it| name(*it)).collect();
            self.unknown(value.span(), what, word, names)
        })
    }

    /// `2`, or `{ min = 1, max = 3 }`.
    pub(super) fn count(&self, value: &Value<'_>) -> Result<Range<u64>, ExpectationFault> {
        match value.get_ref() {
            DeValue::Table(_) => self.bounds(value, |value| self.number(value)),
            _ => Ok(Range::exactly(self.number(value)?)),
        }
    }

    /// `{ min = A, max = B }`.
    pub(super) fn bounds<T: Ord + Copy>(
        &self,
        value: &Value<'_>,
        read: impl Fn(&Value<'_>) -> Result<T, ExpectationFault>,
    ) -> Result<Range<T>, ExpectationFault> {
        let what = "bounds such as { max = … }";
        let table = value.get_ref().as_table();
        let table = table.ok_or_else(|| self.expected(value, what))?;
        let mut range = Range {
            min: None,
            max: None,
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "min" => range.min = Some(read(value)?),
                "max" => range.max = Some(read(value)?),
                name => return Err(self.unknown(key.span(), "bound", name, ["min", "max"])),
            }
        }
        if range.min.is_none() && range.max.is_none() {
            return Err(self.expected(value, what));
        }
        if range.min.zip(range.max).is_some_and(|(min, max)| min > max) {
            return Err(self.fault(value.span(), "`min` must not be more than `max`"));
        }
        Ok(range)
    }
}

fn read_number(number: &DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}
