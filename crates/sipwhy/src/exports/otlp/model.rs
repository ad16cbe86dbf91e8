//! Spans in OTLP's JSON form: names in lowerCamelCase, identifiers in hexadecimal, 64-bit numbers as
//! text, enumerations as numbers.

use serde::Serialize;
use sipwhy_packet::Timestamp;

/// What a span is: `SPAN_KIND_INTERNAL` and `SPAN_KIND_CLIENT`.
pub(super) const INTERNAL: u8 = 1;
pub(super) const CLIENT: u8 = 3;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Span {
    pub(super) trace_id: String,
    pub(super) span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parent_span_id: Option<String>,
    pub(super) name: String,
    pub(super) kind: u8,
    #[serde(serialize_with = "nanos")]
    pub(super) start_time_unix_nano: Timestamp,
    #[serde(serialize_with = "nanos")]
    pub(super) end_time_unix_nano: Timestamp,
    pub(super) attributes: Attributes,
    pub(super) events: Vec<Event>,
    pub(super) dropped_events_count: u32,
    pub(super) links: Vec<Link>,
    pub(super) status: Status,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(serialize_with = "nanos")]
    pub(super) time_unix_nano: Timestamp,
    pub(super) name: &'static str,
    pub(super) attributes: Attributes,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link {
    pub(super) trace_id: String,
    pub(super) span_id: String,
    pub(super) attributes: Attributes,
}

/// How it went: 0 where nothing is said, 2 for an error.
#[derive(Debug, Default, Serialize)]
pub(super) struct Status {
    code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Status {
    pub(super) const fn error(message: String) -> Self {
        Self {
            code: 2,
            message: Some(message),
        }
    }
}

/// Values with names.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Attributes(Vec<Attribute>);

#[derive(Debug, Serialize)]
struct Attribute {
    key: &'static str,
    value: Value,
}

#[derive(Debug, Serialize)]
enum Value {
    #[serde(rename = "stringValue")]
    Text(String),
    #[serde(rename = "intValue")]
    Number(String),
    #[serde(rename = "boolValue")]
    Flag(bool),
}

impl Attributes {
    pub(super) fn text(&mut self, key: &'static str, value: impl Into<String>) {
        self.put(key, Value::Text(value.into()));
    }

    pub(super) fn number(&mut self, key: &'static str, value: impl Into<u64>) {
        let value: u64 = value.into();
        self.put(key, Value::Number(value.to_string()));
    }

    pub(super) fn flag(&mut self, key: &'static str, value: bool) {
        self.put(key, Value::Flag(value));
    }

    fn put(&mut self, key: &'static str, value: Value) {
        self.0.push(Attribute { key, value });
    }
}

fn nanos<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.as_nanos())
}
