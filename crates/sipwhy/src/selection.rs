//! Which messages, findings and calls are shown.

use sipwhy_redact::{Key, Redactor};
use sipwhy_report::{Expression, Filter};

use crate::redaction::network;

/// What is to be shown. Options add up: all of them must hold; of the values of one, any.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Filters (what is shown and counts; everything is analysed)")]
pub(crate) struct FilterOptions {
    /// Of the call with this Call-ID
    #[arg(long, value_name = "CALL-ID")]
    call_id: Vec<String>,

    /// From or to this user or number
    #[arg(long, value_name = "USER")]
    user: Vec<String>,

    /// From or to this IP address or network, such as 10.0.0.0/8
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    address: Vec<String>,

    /// Of this method, or of a call with such a request
    #[arg(long, value_name = "METHOD", value_delimiter = ',')]
    method: Vec<String>,

    /// With this status code, such as 486, 4xx or 400-499, or of a call with such a response
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    code: Vec<String>,

    /// Findings of this rule
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    rule: Vec<String>,

    /// Findings at least this grave: note, warning or error
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,

    /// From this time on: RFC 3339, or a span from the first message on, such as 10s
    #[arg(long, value_name = "TIME")]
    from: Option<String>,

    /// Up to this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,

    /// What this holds of, such as 'code >= 400 and not user == bob'; see docs/filters.md
    #[arg(long = "where", value_name = "EXPR")]
    expression: Option<String>,
}

impl FilterOptions {
    /// The filter of what has stand-ins made with this key, if there is one: calls, users and
    /// addresses are given as they were.
    pub(crate) fn filter_with(&self, key: Option<Key>) -> anyhow::Result<Filter> {
        let Some(key) = key else {
            return self.filter();
        };
        let redactor = Redactor::new(key);
        let texts = |given: &[String]| given.iter().map(|it| redactor.text(it)).collect();
        let addresses = self.address.iter().map(|it| network(&redactor, it));
        let redacted = Self {
            call_id: texts(&self.call_id),
            user: texts(&self.user),
            address: addresses.collect::<anyhow::Result<_>>()?,
            ..self.clone()
        };
        redacted.filter()
    }

    /// The filter that these options make.
    pub(crate) fn filter(&self) -> anyhow::Result<Filter> {
        let mut all = Vec::new();
        let mut add = |option: &str, read: Result<Expression, String>| -> anyhow::Result<()> {
            all.push(read.map_err(|fault| anyhow::anyhow!("--{option}: {fault}"))?);
            Ok(())
        };
        for (option, field, values) in [
            ("call-id", "call_id", &self.call_id),
            ("user", "user", &self.user),
            ("address", "address", &self.address),
            ("method", "method", &self.method),
            ("code", "code", &self.code),
            ("rule", "rule", &self.rule),
        ] {
            if !values.is_empty() {
                add(option, Expression::equals_any(field, values))?;
            }
        }
        if let Some(least) = &self.severity {
            add("severity", Expression::at_least("severity", least))?;
        }
        if let Some(time) = &self.from {
            add("from", Expression::at_least("time", time))?;
        }
        if let Some(time) = &self.to {
            add("to", Expression::at_most("time", time))?;
        }
        if let Some(text) = &self.expression {
            add("where", Expression::parse(text))?;
        }
        let is_everything = all.is_empty();
        Ok(Filter::new((!is_everything).then(|| Expression::all(all))))
    }
}
