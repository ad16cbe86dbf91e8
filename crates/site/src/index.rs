//! The first page, and what the search looks through.

use std::fmt::Write as _;

use serde::Serialize;
use sipwhy_catalogue::{Class, Kind, Subject, codes, escape_html};

use crate::places::{Place, Rule};
use crate::{compared, frame, section_of, subjects};

/// The first page: every code by class, the comparisons, and the other pages.
pub(crate) fn page(rules: &[Rule<'_>]) -> String {
    let mut body = String::from(
        "<h1>What SIP's responses mean</h1>\n\
         <p>Every response code, what it means, when you see it, how to confirm the cause and how \
         to fix it; codes side by side; and the words of the trade. The same pages are in the \
         program: <code>sipwhy explain 305</code>, <code>sipwhy compare 100 305</code>.</p>\n",
    );
    for class in Class::ALL {
        let members = codes().iter().filter(|code| code.class() == class);
        section(&mut body, &class.label(), members.map(Subject::Code));
    }
    body.push_str("<h2 id=\"compare\">Side by side</h2>\n<p class=\"pairs\">");
    for [one, other] in compared() {
        let _ = write!(
            body,
            "<a href=\"{}\">{one} vs {other}</a> ",
            Place::pair(one, other).path()
        );
    }
    body.push_str("</p>\n<h2 id=\"rules\">What sipwhy reports</h2>\n<dl class=\"list\">\n");
    for rule in rules {
        let _ = writeln!(
            body,
            "<dt><a href=\"{}\">{}</a></dt><dd>{}</dd>",
            Place::rule(rule.id).path(),
            escape_html(rule.id),
            escape_html(rule.summary)
        );
    }
    body.push_str("</dl>\n");
    for kind in Kind::ALL {
        let of_kind = subjects()
            .filter(|subject| matches!(subject, Subject::Topic(topic) if topic.kind == kind));
        section(&mut body, &section_of(kind), of_kind);
    }
    let causes = subjects().filter(|subject| matches!(subject, Subject::Cause(_)));
    section(&mut body, "Q.850 causes", causes);
    let warnings = subjects().filter(|subject| matches!(subject, Subject::Warning(_)));
    section(&mut body, "Codes of the Warning header", warnings);
    frame::page("SIP response codes", &body, 0)
}

/// A heading and its entries, folded up where there are many; nothing where there is none.
fn section(body: &mut String, title: &str, entries: impl Iterator<Item = Subject>) {
    let mut items = String::new();
    for subject in entries {
        let _ = writeln!(
            items,
            "<dt><a href=\"{}\">{}</a></dt><dd>{}.</dd>",
            Place::of(&subject).path(),
            escape_html(&subject.label()),
            escape_html(&capital(subject.brief()))
        );
    }
    if !items.is_empty() {
        let title = escape_html(title);
        let _ = write!(
            body,
            "<h2>{title}</h2>\n<dl class=\"list\">\n{items}</dl>\n"
        );
    }
}

/// The pages that set `code` beside another, as a paragraph of links.
pub(crate) fn comparisons_of(code: u16) -> String {
    let mut links = String::new();
    for [one, other] in compared() {
        if one == code || other == code {
            let path = Place::pair(one, other).path();
            let _ = write!(links, "<a href=\"../{path}\">{one} vs {other}</a> ");
        }
    }
    if links.is_empty() {
        return links;
    }
    format!("<h2 id=\"compare\">Side by side</h2>\n<p class=\"pairs\">{links}</p>\n")
}

/// One thing to find.
#[derive(Serialize)]
struct Entry {
    /// Its name.
    label: String,
    /// What it is.
    brief: String,
    /// Where it lies, from the root.
    url: String,
    /// Other words to find it by.
    words: String,
}

/// What the search looks through, as a script that sets `ENTRIES`: a page from the file system may
/// load scripts, but no other data.
pub(crate) fn entries(rules: &[Rule<'_>]) -> String {
    let mut all: Vec<Entry> = subjects()
        .map(|subject| Entry {
            label: subject.label(),
            brief: capital(subject.brief()),
            url: Place::of(&subject).path(),
            words: match subject {
                Subject::Code(code) => format!("{} {}", code.when, code.fix),
                Subject::Topic(topic) => topic.aliases.join(" "),
                _ => String::new(),
            },
        })
        .collect();
    all.extend(rules.iter().map(|rule| Entry {
        label: rule.id.to_owned(),
        brief: rule.summary.to_owned(),
        url: Place::rule(rule.id).path(),
        words: "rule".to_owned(),
    }));
    all.extend(compared().into_iter().map(|[one, other]| {
        let name = |code| Subject::of_code(code).map_or(String::new(), |subject| subject.label());
        Entry {
            label: format!("{one} vs {other}"),
            brief: format!("{} and {} side by side", name(one), name(other)),
            url: Place::pair(one, other).path(),
            words: format!("{one} {other} {other} vs {one} compare"),
        }
    }));
    let json: Vec<String> = all
        .iter()
        .filter_map(|entry| serde_json::to_string(entry).ok())
        .collect();
    format!("const ENTRIES = [\n{}\n];\n", json.join(",\n"))
}

/// A clause with a capital letter in front.
fn capital(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
