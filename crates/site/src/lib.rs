//! The catalogue as a static web site: a page for every code, comparison, cause, rule and term, and
//! a search that needs no server.
//!
//! [`site`] gives the files; nothing is read or written here. The pages work from the file system,
//! on a phone and in the dark, and without scripts but for the search.

mod frame;
mod index;
mod places;

use sipwhy_catalogue::{
    Document, Kind, Subject, causes, codes, compare, explain_rule, pairs, to_html, topics, warnings,
};

pub use places::Rule;
use places::{Place, Places};

/// A file of the site.
#[derive(Debug)]
pub struct File {
    /// Its path inside the site, with `/` between the parts.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// All files of the site: the catalogue's pages, and one for each of `rules`.
#[must_use]
pub fn site(rules: &[Rule<'_>]) -> Vec<File> {
    let places = Places::new(rules);
    let mut files = vec![
        file("index.html", &index::page(rules)),
        file("entries.js", &index::entries(rules)),
        file("search.js", include_str!("search.js")),
        file("style.css", include_str!("style.css")),
    ];
    let mut add = |place: &Place, document: &Document, before: &str| {
        let linker = |name: &str| places.link(place, name);
        let body = to_html(document, &linker) + before;
        files.push(file(&place.path(), &frame::page(&document.title, &body, 1)));
    };
    let rule_brief = |id: &str| {
        rules
            .iter()
            .find(|rule| rule.id == id)
            .map(|rule| rule.summary)
    };
    for subject in subjects() {
        let comparisons = match subject {
            Subject::Code(code) => index::comparisons_of(code.code),
            _ => String::new(),
        };
        add(
            &Place::of(&subject),
            &subject.page(&rule_brief),
            &comparisons,
        );
    }
    for [one, other] in compared() {
        add(&Place::pair(one, other), &compare(one, other), "");
    }
    for rule in rules {
        add(&Place::rule(rule.id), &explain_rule(rule.id, rule.page), "");
    }
    files
}

/// Everything in the catalogue that has a page.
fn subjects() -> impl Iterator<Item = Subject> {
    let codes = codes().iter().map(Subject::Code);
    let causes = causes().iter().map(Subject::Cause);
    let warnings = warnings().iter().map(Subject::Warning);
    let topics = topics().iter().map(Subject::Topic);
    codes.chain(causes).chain(warnings).chain(topics)
}

/// The pairs of codes that have a page of their own: those that somebody wrote about, and those
/// that are taken for each other. The lower code comes first.
fn compared() -> Vec<[u16; 2]> {
    let mut all: Vec<[u16; 2]> = pairs().collect();
    for code in codes() {
        all.extend(code.details.confused_with.iter().map(|confusion| {
            let (a, b) = (code.code, confusion.code);
            [a.min(b), a.max(b)]
        }));
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn file(path: &str, text: &str) -> File {
    File {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// What the pages of a kind are called.
fn section_of(kind: Kind) -> String {
    let mut letters = kind.plural().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
