//! What the codes, headers and rules on a page are: in short where they stand, in full below.

use std::collections::{BTreeMap, BTreeSet};

use sipwhy_annotator::rules::by_id;
use sipwhy_catalogue::{
    Block, Code, Document, Inline, Kind, Topic, code, explain_code, explain_rule, to_html_part,
    topics_called,
};

use super::markup::{Markup, id_of};
use super::message::capital;

/// Names of headers that are looked up once; of others each is looked up again.
const MOST_NAMES: usize = 256;

/// What stands on a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub(super) codes: BTreeSet<u16>,
    pub(super) rules: BTreeSet<&'static str>,
    headers: BTreeMap<&'static str, &'static Topic>,
    /// What is known of a name, in lower case.
    names: BTreeMap<String, Option<&'static Topic>>,
}

impl Terms {
    /// What is known of the header of this name.
    pub(super) fn header(&mut self, name: &str) -> Option<&'static Topic> {
        let lower = name.to_ascii_lowercase();
        let topic = match self.names.get(&lower) {
            Some(known) => *known,
            None => {
                let found = topics_called(name).find(|topic| topic.kind == Kind::Header);
                if self.names.len() < MOST_NAMES {
                    self.names.insert(lower, found);
                }
                found
            }
        }?;
        self.headers.insert(topic.name, topic);
        Some(topic)
    }

    /// What a code says, in short, with a link to the rest.
    pub(super) fn write_code(&mut self, out: &mut Markup, number: u16) {
        self.codes.insert(number);
        out.raw("<p class=\"code\"><a href=\"#code-")
            .show(number)
            .raw("\">");
        out.text(&label_of(number)).raw("</a>: ");
        out.text(&capital(sipwhy_catalogue::brief(number)));
        if let Some(known) = code(number) {
            if !known.when.is_empty() {
                out.raw(" <b>Seen</b> ").text(&stopped(known.when));
            }
            if number >= 300 && !known.fix.is_empty() {
                out.raw(" <b>To do:</b> ").text(&stopped(known.fix));
            }
        }
        out.raw("</p>\n");
    }

    /// Takes in what stands on another part of the page.
    pub(super) fn merge(&mut self, other: &Self) {
        self.codes.extend(&other.codes);
        self.rules.extend(&other.rules);
        self.headers.extend(&other.headers);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.rules.is_empty() && self.headers.is_empty()
    }

    /// All of it in full.
    pub(super) fn write(&self, out: &mut Markup) {
        if !self.rules.is_empty() {
            out.raw("<h3>Rules</h3>\n");
        }
        for rule in self.rules.iter().filter_map(|id| by_id(id)) {
            let info = rule.info();
            let id = format!("rule-{}", id_of(info.id));
            let page = without_ladders(explain_rule(info.id, info.page));
            self.write_page(out, &id, info.id, info.summary, &page);
        }
        if !self.codes.is_empty() {
            out.raw("<h3>Response codes</h3>\n");
        }
        for number in &self.codes {
            let id = format!("code-{number}");
            let label = label_of(*number);
            let brief = sipwhy_catalogue::brief(*number);
            self.write_page(out, &id, &label, brief, &explain_code(*number));
        }
        if !self.headers.is_empty() {
            out.raw("<h3>Headers</h3>\n<dl class=\"terms\">\n");
            for (name, topic) in &self.headers {
                out.fact(name, &capital(topic.brief));
            }
            out.raw("</dl>\n");
        }
    }

    fn write_page(&self, out: &mut Markup, id: &str, label: &str, brief: &str, page: &Document) {
        out.raw("<details class=\"term\" id=\"").text(id);
        out.raw("\"><summary><b>").text(label).raw("</b> ");
        out.text(&capital(brief)).raw("</summary>\n");
        let prefix = format!("{id}-");
        out.drawn(&to_html_part(page, 2, &prefix, &|name| self.place(name)));
        out.raw("</details>\n");
    }

    /// Where on the page a name is explained.
    fn place(&self, name: &str) -> Option<String> {
        let name = name.strip_prefix("sipwhy explain ").unwrap_or(name);
        if self.rules.contains(name) {
            return Some(format!("#rule-{}", id_of(name)));
        }
        let number = name.split(' ').next()?.parse().ok()?;
        let is_code = name.len() == 3 || code(number).is_some_and(|known| known.label() == name);
        (is_code && self.codes.contains(&number)).then(|| format!("#code-{number}"))
    }
}

/// A code with its name, or the bare number.
pub(super) fn label_of(number: u16) -> String {
    code(number).map_or_else(|| number.to_string(), Code::label)
}

/// A rule's page without the ladders that it is tested with.
fn without_ladders(mut page: Document) -> Document {
    let mut is_ladders = false;
    page.blocks.retain(|block| {
        if let Block::Heading { level: ..=2, text } = block {
            let title = match text.as_slice() {
                [Inline::Text(title)] => title.as_str(),
                _ => "",
            };
            is_ladders = matches!(title, "Fires" | "Stays silent");
        }
        !is_ladders
    });
    page
}

/// A clause with a full stop.
fn stopped(clause: &str) -> String {
    if clause.ends_with(['.', '!', '?']) {
        clause.to_owned()
    } else {
        format!("{clause}.")
    }
}
