//! Lines of JSON: records by the schema, and objects with the fields of the log.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::{Form, LoggedLine};

/// Reads a JSON object.
pub(super) fn read(text: &str) -> Option<LoggedLine> {
    let object: Object = serde_json::from_str(text).ok()?;
    match (object.word("kind").as_deref()?, object.get("message")) {
        ("message", _) => read_message(&object),
        ("annotation", _) => read_annotation(&object),
        // `--log-style json`: what is a sentence in the log is `message` there.
        (_, Some(_)) => read_fields(&object, Form::JsonLog),
        _ => read_fields(&object, Form::Record),
    }
}

/// The record of a message.
fn read_message(object: &Object) -> Option<LoggedLine> {
    let mut fields = vec![("time", object.word("time")), ("kind", Some("msg".into()))];
    let start = match (object.word("code"), object.word("reason")) {
        (Some(code), reason) => Some(format!("{code} {}", reason.unwrap_or_default())),
        _ => object.word("start_line").map(|line| {
            let line = line.strip_suffix(" SIP/2.0");
            line.map_or_else(|| object.word("start_line"), |it| Some(it.to_owned()))
                .unwrap_or_default()
        }),
    };
    let meaning = object.word("meaning").unwrap_or_default();
    let message = match (object.word("code"), &start) {
        (Some(_), Some(start)) => format!("{start}: {meaning}"),
        _ => meaning,
    };
    fields.extend([
        ("frame", object.word("frame")),
        ("transport", object.word("transport")),
        ("src", object.word("source")),
        ("dst", object.word("destination")),
        ("start", start),
    ]);
    for name in ["method", "cseq", "call", "call_id", "part"] {
        fields.push((name, object.word(name)));
    }
    let mut line = LoggedLine::new(Form::Record, present(fields), message)?;
    line.uris = [object.word("from"), object.word("to")]
        .into_iter()
        .flatten()
        .collect();
    Some(line)
}

/// The record of a finding.
fn read_annotation(object: &Object) -> Option<LoggedLine> {
    let inner = |name: &str, member: &str| object.get(name).and_then(|it| word(it.get(member)?));
    let evidence = object.get("evidence").and_then(Value::as_array);
    let packets = || evidence.into_iter().flatten();
    let frames: Vec<String> = packets().filter_map(|it| word(it.get("frame")?)).collect();
    let help = object.get("help").and_then(|help| word(help.get(0)?));
    let caused_by = object.word("caused_by");
    let explains = object.get("explains").and_then(Value::as_array);
    let explains: Option<Vec<String>> =
        explains.map(|numbers| numbers.iter().filter_map(word).collect());
    let fields = vec![
        ("time", object.word("time")),
        ("kind", object.word("severity")),
        ("rule", object.word("rule")),
        ("verdict", object.word("verdict")),
        ("finding", object.word("finding")),
        ("caused_by", caused_by.or(inner("caused_by", "finding"))),
        ("explains", explains.map(|numbers| numbers.join(","))),
        ("responsible", inner("responsible", "address")),
        ("role", inner("responsible", "role")),
        ("frames", Some(frames.join(","))),
        ("call", inner("call", "number")),
        ("call_id", object.word("call_id")),
        ("help", help),
    ];
    let title = object.word("title").unwrap_or_default();
    let mut line = LoggedLine::new(Form::Record, present(fields), title)?;
    let uris = [inner("call", "from"), inner("call", "to")];
    line.uris = uris.into_iter().flatten().collect();
    line.hosts = packets()
        .filter_map(|it| Some((word(it.get("source")?)?, word(it.get("destination")?)?)))
        .collect();
    Some(line)
}

/// Any other: what it says in single words.
fn read_fields(object: &Object, form: Form) -> Option<LoggedLine> {
    let time = ["time", "last_time", "newest"];
    let mut fields = vec![
        ("time", time.iter().find_map(|name| object.word(name))),
        ("kind", object.word("kind")),
    ];
    for (name, value) in &object.0 {
        if !matches!(name.as_str(), "time" | "kind" | "level" | "message") {
            fields.push((name, word(value)));
        }
    }
    let message = object.word("message").unwrap_or_default();
    let mut line = LoggedLine::new(form, present(fields), message)?;
    if form == Form::Record {
        line.uris = [object.word("from"), object.word("to")]
            .into_iter()
            .flatten()
            .collect();
    }
    Some(line)
}

fn present(fields: Vec<(&str, Option<String>)>) -> Vec<(String, String)> {
    let given = fields.into_iter();
    given
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// What is a single word or sentence.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// A JSON object, its members in their order.
struct Object(Vec<(String, Value)>);

impl Object {
    fn get(&self, name: &str) -> Option<&Value> {
        let member = self.0.iter().find(|(it, _)| it == name);
        member.map(|(_, value)| value)
    }

    fn word(&self, name: &str) -> Option<String> {
        self.get(name).and_then(word)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Object(members))
    }
}
