//! Where each page lies, and what leads there.

use std::collections::HashMap;

use sipwhy_catalogue::{Kind, Subject};

/// A rule, as far as the site shows it.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it detects, in one line.
    pub summary: &'a str,
    /// Its page, in Markdown.
    pub page: &'a str,
}

/// Where a page lies: a folder, and a name without its extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    folder: &'static str,
    name: String,
}

impl Place {
    pub(crate) fn of(subject: &Subject) -> Self {
        let (folder, name) = match subject {
            Subject::Code(code) => ("codes", code.code.to_string()),
            Subject::UnknownCode(code, _) => ("codes", code.to_string()),
            Subject::Cause(cause) => ("causes", cause.number.to_string()),
            Subject::Warning(warning) => ("warnings", warning.number.to_string()),
            Subject::Topic(topic) => (folder(topic.kind), file_name(topic.name)),
        };
        Self { folder, name }
    }

    pub(crate) fn pair(one: u16, other: u16) -> Self {
        Self {
            folder: "compare",
            name: format!("{}-{}", one.min(other), one.max(other)),
        }
    }

    pub(crate) fn rule(id: &str) -> Self {
        Self {
            folder: "rules",
            name: file_name(id),
        }
    }

    /// The path from the site's root.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}.html", self.folder, self.name)
    }

    /// The address of this page from another, both being one folder deep.
    fn seen_from(&self, other: &Self) -> String {
        if self.folder == other.folder {
            format!("{}.html", self.name)
        } else {
            format!("../{}", self.path())
        }
    }
}

const fn folder(kind: Kind) -> &'static str {
    match kind {
        Kind::Method => "methods",
        Kind::Header => "headers",
        Kind::Timer => "timers",
        Kind::Event => "events",
        Kind::OptionTag => "option-tags",
        Kind::Reason => "reasons",
        Kind::Term => "terms",
    }
}

/// A name made of what every file system takes.
fn file_name(name: &str) -> String {
    let kept = name.chars().map(|c| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    });
    kept.collect::<String>().trim_matches('-').to_owned()
}

/// Every page by the names that lead to it.
pub(crate) struct Places {
    by_name: HashMap<String, Place>,
}

impl Places {
    pub(crate) fn new(rules: &[Rule<'_>]) -> Self {
        let mut by_name = HashMap::new();
        for subject in crate::subjects() {
            let place = Place::of(&subject);
            by_name.entry(subject.label()).or_insert(place.clone());
            let query = format!("sipwhy explain {}", subject.query());
            by_name.entry(query).or_insert(place.clone());
            if let Subject::Topic(topic) = subject
                && topic.kind != Kind::Term
            {
                by_name.entry(topic.name.to_owned()).or_insert(place);
            }
        }
        for [one, other] in crate::compared() {
            for query in [
                format!("sipwhy compare {one} {other}"),
                format!("sipwhy compare {other} {one}"),
            ] {
                by_name.insert(query, Place::pair(one, other));
            }
        }
        for rule in rules {
            by_name.insert(rule.id.to_owned(), Place::rule(rule.id));
            let query = format!("sipwhy explain {}", rule.id);
            by_name.insert(query, Place::rule(rule.id));
        }
        Self { by_name }
    }

    /// The address of the page called `name`, seen from the page at `from`; `None` for what has no
    /// page, and for the page itself.
    pub(crate) fn link(&self, from: &Place, name: &str) -> Option<String> {
        let place = self.by_name.get(name)?;
        (place != from).then(|| place.seen_from(from))
    }
}
