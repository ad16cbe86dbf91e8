//! Writes the data as Rust source.

use std::fmt::Write as _;

use crate::Data;
use crate::kind::Kind;
use crate::schema::{CodeFile, Details, Page, PairFile, Place, Reference, Severity, Topic};

/// The source of `data.rs`: every table, sorted by number.
pub(crate) fn emit(data: &Data) -> String {
    let mut out = String::new();
    table(&mut out, "CLASSES", "ClassText", &data.classes, |class| {
        format!(
            "ClassText {{ name: {}, meaning: {}, brief: {}, kind: {}, sender: {}, travels: {}, \
             ends: {}, ack: {}, contact: {}, next: {} }}",
            text(&class.name),
            text(&class.meaning),
            text(&class.brief),
            text(&class.kind),
            text(&class.sender),
            text(&class.travels),
            text(&class.ends),
            text(&class.ack),
            text(&class.contact),
            text(&class.next),
        )
    });
    let mut codes: Vec<&CodeFile> = data.codes.iter().map(|(_, code)| code).collect();
    codes.sort_by_key(|code| code.code);
    table(&mut out, "CODES", "Code", &codes, |code| {
        emit_code(code, data)
    });
    let mut pairs: Vec<&PairFile> = data.pairs.iter().map(|(_, pair)| pair).collect();
    pairs.sort_by_key(|pair| pair.codes);
    table(&mut out, "PAIRS", "Pair", &pairs, |pair| {
        let differences = list(&pair.differences, |difference| {
            format!(
                "Difference {{ about: {}, text: {} }}",
                text(&difference.about),
                text(&difference.text)
            )
        });
        format!(
            "Pair {{ codes: {:?}, summary: {}, differences: {differences}, together: {} }}",
            pair.codes,
            text(&pair.summary),
            option(pair.together.as_deref()),
        )
    });
    table(&mut out, "CAUSES", "Cause", &data.causes, |cause| {
        format!(
            "Cause {{ number: {}, name: {}, meaning: {}, sip: {:?}, sip_note: {:?}, \
             from_sip: &{:?} }}",
            cause.number,
            text(&cause.name),
            text(&cause.meaning),
            cause.sip,
            cause.sip_note,
            cause.from_sip,
        )
    });
    table(&mut out, "WARNINGS", "Warning", &data.warnings, |warning| {
        format!(
            "Warning {{ number: {}, name: {}, meaning: {}, reference: {} }}",
            warning.number,
            text(&warning.name),
            text(&warning.meaning),
            reference(warning.rfc, warning.section.as_deref(), ""),
        )
    });
    let mut topics: Vec<(Kind, &Topic)> = data
        .topics
        .iter()
        .filter_map(|(path, file)| Some((Kind::of(path)?, file)))
        .flat_map(|(kind, file)| file.topic.iter().map(move |topic| (kind, topic)))
        .collect();
    topics.sort_by_key(|(kind, _)| *kind);
    table(&mut out, "TOPICS", "Topic", &topics, |(kind, topic)| {
        emit_topic(*kind, topic)
    });
    out
}

fn emit_topic(kind: Kind, topic: &Topic) -> String {
    let strings = |texts: &[String]| list(texts, |item| text(item));
    format!(
        "Topic {{ kind: Kind::{kind:?}, name: {}, aliases: {}, brief: {}, facts: {}, \
         description: {}, example: {}, see: {}, references: {} }}",
        text(&topic.name),
        strings(&topic.aliases),
        text(&topic.brief),
        list(&topic.facts, |[label, fact]| format!(
            "({}, {})",
            text(label),
            text(fact)
        )),
        strings(&topic.description),
        topic
            .example
            .as_ref()
            .map_or_else(|| "None".to_owned(), |example| format!("Some({example:?})")),
        strings(&topic.see),
        references(&topic.references),
    )
}

fn emit_code(code: &CodeFile, data: &Data) -> String {
    let class = &data.classes[usize::from(code.code / 100 - 1)];
    let or_class = |own: &Option<String>, class: &str| text(own.as_deref().unwrap_or(class));
    let severity = match code.severity {
        None => "None",
        Some(Severity::Note) => "Some(SeverityHint::Note)",
        Some(Severity::Warning) => "Some(SeverityHint::Warning)",
        Some(Severity::Error) => "Some(SeverityHint::Error)",
    };
    let details = emit_details(&code.details);
    format!(
        "Code {{ code: {}, name: {}, brief: {}, when: {}, fix: {}, severity: {severity}, \
         reference: {}, registered: {}, sender: {}, travels: {}, ends: {}, ack: {}, contact: {}, \
         next: {}, details: &{details} }}",
        code.code,
        text(&code.name),
        text(&code.brief),
        text(&code.when),
        text(&code.fix),
        match (code.rfc, &code.seen_in) {
            (_, Some(page)) => page_reference(page, "where it is seen"),
            (rfc, None) => reference(rfc.unwrap_or(0), code.section.as_deref(), "definition"),
        },
        code.registered,
        or_class(&code.sender, &class.sender),
        or_class(&code.travels, &class.travels),
        or_class(&code.ends, &class.ends),
        or_class(&code.ack, &class.ack),
        or_class(&code.contact, &class.contact),
        or_class(&code.next, &class.next),
    )
}

fn emit_details(details: &Details) -> String {
    let strings = |texts: &[String]| list(texts, |item| text(item));
    let confused_with = list(&details.confused_with, |confusion| {
        format!(
            "Confusion {{ code: {}, difference: {} }}",
            confusion.code,
            text(&confusion.difference)
        )
    });
    let rules = list(&details.rules, |rule| {
        format!(
            "RuleNote {{ id: {}, reports: {} }}",
            text(&rule.id),
            text(&rule.reports)
        )
    });
    let settings = list(&details.settings, |setting| {
        format!(
            "Setting {{ product: Product::{:?}, advice: {} }}",
            setting.product,
            text(&setting.advice)
        )
    });
    let references = references(&details.references);
    format!(
        "Details {{ description: {}, caller: {}, senders: {}, when: {}, next: {}, causes_of: {}, \
         causes: {}, confirm: {}, fix: {}, settings: {settings}, confused_with: {confused_with}, \
         rules: {rules}, references: {references} }}",
        strings(&details.description),
        option(details.caller.as_deref()),
        strings(&details.senders),
        strings(&details.when),
        strings(&details.next),
        text(&details.causes_of),
        strings(&details.causes),
        strings(&details.confirm),
        strings(&details.fix),
    )
}

fn references(entries: &[Reference]) -> String {
    list(entries, |entry| match &entry.place {
        Place::Rfc { rfc, section } => reference(*rfc, section.as_deref(), &entry.about),
        Place::Page(page) => page_reference(page, &entry.about),
    })
}

fn page_reference(page: &Page, about: &str) -> String {
    format!(
        "Reference {{ source: Source::Page {{ title: {}, url: {} }}, about: {} }}",
        text(&page.title),
        text(&page.url),
        text(about)
    )
}

fn reference(rfc: u16, section: Option<&str>, about: &str) -> String {
    format!(
        "Reference {{ source: Source::Rfc {{ number: {rfc}, section: {} }}, about: {} }}",
        option(section),
        text(about)
    )
}

fn table<T>(out: &mut String, name: &str, kind: &str, items: &[T], emit: impl Fn(&T) -> String) {
    let _ = writeln!(
        out,
        "pub(crate) static {name}: &[{kind}] = {};",
        list(items, emit)
    );
}

fn list<T>(items: &[T], emit: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(emit).collect();
    format!("&[{}]", items.join(",\n"))
}

fn option(value: Option<&str>) -> String {
    value.map_or_else(
        || "None".to_owned(),
        |value| format!("Some({})", text(value)),
    )
}

/// A string literal, with every run of white space made one blank.
fn text(value: &str) -> String {
    format!(
        "{:?}",
        value.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}
