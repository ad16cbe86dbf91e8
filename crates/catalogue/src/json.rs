//! Entries as JSON: their own fields, with the kind of entry in front.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::cause::Cause;
use crate::code::{Code, Reference, Source};
use crate::compare::Comparison;
use crate::subject::Subject;
use crate::topic::Topic;
use crate::warning::Warning;

/// Labels and texts as an object.
pub(crate) fn pairs<S: Serializer>(
    pairs: &&'static [(&'static str, &'static str)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().copied())
}

/// What is serialized: `kind` tells which it is.
#[derive(serde::Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Record<'a> {
    Code {
        class: &'static str,
        #[serde(flatten)]
        code: &'a Code,
    },
    UnknownCode {
        class: &'static str,
        code: u16,
        treat_as: u16,
    },
    Cause(&'a Cause),
    Warning(&'a Warning),
    Topic {
        topic: &'static str,
        #[serde(flatten)]
        entry: &'a Topic,
    },
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = match *self {
            Self::Code(code) => Record::Code {
                class: code.class().name(),
                code,
            },
            Self::UnknownCode(code, class) => Record::UnknownCode {
                class: class.name(),
                code,
                treat_as: class.fallback(),
            },
            Self::Cause(cause) => Record::Cause(cause),
            Self::Warning(warning) => Record::Warning(warning),
            Self::Topic(entry) => Record::Topic {
                topic: entry.kind.name(),
                entry,
            },
        };
        record.serialize(serializer)
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.source {
            Source::Rfc { number, section } => {
                map.serialize_entry("rfc", &number)?;
                if let Some(section) = section {
                    map.serialize_entry("section", section)?;
                }
            }
            Source::Page { title, .. } => map.serialize_entry("title", title)?,
        }
        map.serialize_entry("url", &self.url())?;
        if !self.about.is_empty() {
            map.serialize_entry("about", self.about)?;
        }
        map.end()
    }
}

impl Serialize for Comparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let [left, right] = self.subjects();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", "comparison")?;
        map.serialize_entry("left", &left)?;
        map.serialize_entry("right", &right)?;
        map.serialize_entry("summary", &self.summary())?;
        map.serialize_entry("differences", &self.differences())?;
        if let Some(together) = self.together() {
            map.serialize_entry("together", together)?;
        }
        map.end()
    }
}
