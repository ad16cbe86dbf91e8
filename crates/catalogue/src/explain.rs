//! The page about one code, cause, warn-code or topic, and the lists of them all.

use crate::cause::{Cause, causes};
use crate::class::{Class, class_of};
use crate::code::{Code, Details, Reference, RuleNote, Source, code, codes, codes_of_rule};
use crate::document::{Block, Document};
use crate::read_markdown::markdown_to_document;
use crate::subject::Subject;
use crate::topic::{Kind, Topic, topics};
use crate::warning::{Warning, warnings};
use crate::words::{heading, list, paragraph, sentence, stated};

/// What a rule is about, by its id: a clause without a full stop.
pub type RuleBrief<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// Everything that is known of a response code.
///
/// A code without an entry is explained by its class.
#[must_use]
pub fn explain_code(number: u16) -> Document {
    match (code(number), class_of(number)) {
        (Some(entry), _) => known(entry),
        (None, Some(class)) => unknown(number, class),
        (None, None) => Document {
            title: format!("{number} is not a SIP response code"),
            blocks: vec![paragraph(
                "Response codes run from 100 to 699. The first digit gives the class.",
            )],
        },
    }
}

fn known(entry: &Code) -> Document {
    let mut facts = vec![
        (
            "Class",
            stated(&format!(
                "{}: {}",
                entry.class().label(),
                entry.class().meaning()
            )),
        ),
        ("In short", stated(entry.brief)),
    ];
    facts.extend([
        ("Travels", stated(entry.travels)),
        ("Ends the transaction", stated(entry.ends)),
        ("ACK", stated(entry.ack)),
        ("Contact", stated(entry.contact)),
    ]);
    let (source, url) = (entry.reference, entry.reference.url());
    let defined = match (entry.registered, source.source) {
        (true, _) => format!("[{source}]({url})."),
        (false, Source::Rfc { .. }) => format!(
            "[{source}]({url}), which is obsolete; the IANA registry no longer has this code."
        ),
        (false, Source::Page { .. }) => {
            format!("No standard; the IANA registry does not have it. Seen in [{source}]({url}).")
        }
    };
    facts.push(("Defined in", vec![paragraph(&defined)]));
    let mut blocks = vec![Block::Facts(
        facts.into_iter().map(|(l, b)| (l.to_owned(), b)).collect(),
    )];
    add_details(entry.details, &mut blocks);
    Document {
        title: entry.label(),
        blocks,
    }
}

fn add_details(details: &Details, blocks: &mut Vec<Block>) {
    blocks.push(heading("Description"));
    blocks.extend(details.description.iter().map(|text| paragraph(text)));
    blocks.push(heading("When you see it"));
    blocks.push(list(false, details.when));
    if let Some(caller) = details.caller {
        blocks.push(heading("What the caller notices"));
        blocks.push(paragraph(caller));
    }
    blocks.push(heading("Who may send it"));
    blocks.push(list(false, details.senders));
    blocks.push(heading("What is expected next"));
    blocks.push(list(false, details.next));
    blocks.push(heading(details.causes_of));
    blocks.push(list(true, details.causes));
    if !details.confirm.is_empty() {
        blocks.push(heading("How to confirm"));
        blocks.push(list(false, details.confirm));
    }
    blocks.push(heading("How to fix"));
    blocks.push(list(true, details.fix));
    if !details.settings.is_empty() {
        blocks.push(heading("Settings to look at"));
        blocks.push(Block::Facts(
            details
                .settings
                .iter()
                .map(|setting| {
                    let name = setting.product.name().to_owned();
                    (name, vec![paragraph(setting.advice)])
                })
                .collect(),
        ));
    }
    if !details.confused_with.is_empty() {
        blocks.push(heading("Easily confused with"));
        let items: Vec<String> = details
            .confused_with
            .iter()
            .map(|other| format!("**{}**: {}", label(other.code), other.difference))
            .collect();
        blocks.push(list(false, &items));
    }
    if !details.rules.is_empty() {
        blocks.push(heading("What sipwhy reports"));
        let reports: Vec<String> = details.rules.iter().map(rule_report).collect();
        blocks.push(list(false, &reports));
    }
    blocks.push(heading("Read more"));
    blocks.push(reference_list(details.references));
}

/// A rule, and what it reports of the code at hand.
pub(crate) fn rule_report(rule: &RuleNote) -> String {
    format!("`{}`: {}", rule.id, rule.reports)
}

fn unknown(number: u16, class: Class) -> Document {
    let text = class.text();
    let facts = [
        ("Class", format!("{}: {}", class.label(), class.meaning())),
        ("Travels", text.travels.to_owned()),
        ("Ends the transaction", text.ends.to_owned()),
        ("ACK", text.ack.to_owned()),
        ("Client does next", text.next.to_owned()),
    ];
    Document {
        title: format!("{number}, a {}xx response without a name", class.digit()),
        blocks: vec![
            paragraph(&format!(
                "The IANA registry has no {number}. A client that does not know the code treats \
                 it as {} (RFC 3261 §8.1.3.2).",
                label(class.fallback())
            )),
            Block::Facts(
                facts
                    .into_iter()
                    .map(|(label, text)| (label.to_owned(), stated(&text)))
                    .collect(),
            ),
        ],
    }
}

/// The code with its name, or the bare number.
pub(crate) fn label(number: u16) -> String {
    code(number).map_or_else(|| number.to_string(), Code::label)
}

/// What a release cause of the telephone network means.
#[must_use]
pub fn explain_cause(cause: &Cause) -> Document {
    let sip = match (cause.sip, cause.sip_note) {
        (Some(sip), None) => format!("{} (RFC 3398 §7.2.4.1).", label(sip)),
        (Some(sip), Some(note)) => format!("{}, {note} (RFC 3398 §7.2.4.1).", label(sip)),
        (None, Some(note)) => format!("None: {note} (RFC 3398 §7.2.4.1)."),
        (None, None) => {
            "No code of its own: gateways send 500 Server Internal Error (RFC 3398 §7.2.4.1)."
                .to_owned()
        }
    };
    let mut facts = vec![
        ("Meaning".to_owned(), stated(cause.meaning)),
        ("Usual SIP code".to_owned(), vec![paragraph(&sip)]),
    ];
    if !cause.from_sip.is_empty() {
        let codes: Vec<String> = cause.from_sip.iter().copied().map(label).collect();
        facts.push((
            "Codes that become it".to_owned(),
            vec![paragraph(&format!(
                "{} (RFC 3398 §8.2.6.1).",
                codes.join(", ")
            ))],
        ));
    }
    facts.push((
        "On the wire".to_owned(),
        vec![paragraph(&format!(
            "`Reason: Q.850;cause={}`",
            cause.number
        ))],
    ));
    Document {
        title: format!("Q.850 cause {}: {}", cause.number, cause.name),
        blocks: vec![
            Block::Facts(facts),
            paragraph(
                "The cause says why the telephone network, or the other side's gateway, ended the \
                 call. It is often more exact than the SIP code that carries it.",
            ),
        ],
    }
}

/// What a warn-code means.
#[must_use]
pub fn explain_warning(warning: &Warning) -> Document {
    let facts = vec![
        ("Meaning".to_owned(), stated(warning.meaning)),
        (
            "Defined in".to_owned(),
            vec![paragraph(&format!(
                "[{}]({}).",
                warning.reference,
                warning.reference.url()
            ))],
        ),
        (
            "On the wire".to_owned(),
            vec![paragraph(&format!(
                "`Warning: {} example.com \"{}\"`",
                warning.number, warning.name
            ))],
        ),
    ];
    Document {
        title: format!("Warning {}: {}", warning.number, warning.name),
        blocks: vec![
            Block::Facts(facts),
            paragraph(
                "Warn-codes are numbers of their own: they have nothing to do with response codes \
                 of the same value.",
            ),
        ],
    }
}

/// Everything that is known of a method, a header, a timer, a term.
///
/// Rules are known to the annotator alone, so `rule_brief` says what one of them, by its id, is
/// about.
#[must_use]
pub fn explain_topic(topic: &Topic, rule_brief: RuleBrief<'_>) -> Document {
    let mut facts = vec![("In short".to_owned(), stated(topic.brief))];
    if !topic.aliases.is_empty() {
        facts.push((
            "Also".to_owned(),
            vec![paragraph(&topic.aliases.join(", "))],
        ));
    }
    facts.extend(
        topic
            .facts
            .iter()
            .map(|(label, fact)| ((*label).to_owned(), stated(fact))),
    );
    let mut blocks = vec![Block::Facts(facts)];
    blocks.extend(topic.description.iter().map(|text| paragraph(text)));
    if let Some(example) = topic.example {
        blocks.push(Block::Code {
            language: "sip".to_owned(),
            text: example.trim().to_owned(),
        });
    }
    if !topic.see.is_empty() {
        blocks.push(heading("See also"));
        blocks.push(list(
            false,
            &topic
                .see
                .iter()
                .map(|key| other_page(key, rule_brief))
                .collect::<Vec<_>>(),
        ));
    }
    blocks.push(heading("Read more"));
    blocks.push(reference_list(topic.references));
    Document {
        title: topic_title(topic),
        blocks,
    }
}

/// A topic's name with what it is: "Via, a header".
pub(crate) fn topic_title(topic: &Topic) -> String {
    match topic.kind {
        Kind::Term => {
            let mut letters = topic.name.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect()
        }
        Kind::Timer => topic.name.to_owned(),
        kind => format!("{} ({})", topic.name, kind.name()),
    }
}

/// A line that leads to another page.
fn other_page(key: &str, rule_brief: RuleBrief<'_>) -> String {
    let found = Subject::look_up(key);
    let (query, brief) = match found.first() {
        Some(subject) => (subject.query(), Some(subject.brief())),
        None => (key.to_owned(), rule_brief(key)),
    };
    match brief {
        Some(brief) => format!("`sipwhy explain {query}`: {brief}"),
        None => format!("`sipwhy explain {query}`"),
    }
}

/// A rule's own page, with the codes that it is about.
#[must_use]
pub fn explain_rule(id: &str, page: &str) -> Document {
    let mut document = markdown_to_document(page);
    let codes: Vec<String> = codes_of_rule(id)
        .map(|code| {
            format!(
                "`sipwhy explain {}`: {}, {}",
                code.code,
                code.label(),
                code.brief
            )
        })
        .collect();
    if !codes.is_empty() {
        document.blocks.push(heading("The responses it is about"));
        document.blocks.push(list(false, &codes));
    }
    document
}

fn reference_list(references: &[Reference]) -> Block {
    let items: Vec<String> = references
        .iter()
        .map(|source| match source.about {
            "" => format!("[{source}]({})", source.url()),
            about => format!("[{source}]({}): {about}", source.url()),
        })
        .collect();
    list(false, &items)
}

/// All topics of a kind.
#[must_use]
pub fn list_topics(kind: Kind) -> Document {
    let members = topics().iter().filter(|topic| topic.kind == kind);
    let facts = members
        .map(|topic| (topic.name.to_owned(), stated(topic.brief)))
        .collect();
    let mut letters = kind.plural().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    Document {
        title: first.chain(letters).collect(),
        blocks: vec![Block::Facts(facts)],
    }
}

/// All release causes of the telephone network.
#[must_use]
pub fn list_causes() -> Document {
    let row = |cause: &Cause| {
        (
            format!("{} {}", cause.number, cause.name),
            stated(cause.meaning),
        )
    };
    Document {
        title: "Q.850 causes".to_owned(),
        blocks: vec![Block::Facts(causes().iter().map(row).collect())],
    }
}

/// All codes of the Warning header.
#[must_use]
pub fn list_warnings() -> Document {
    let row = |warning: &Warning| {
        let label = format!("{} {}", warning.number, warning.name);
        (label, stated(warning.meaning))
    };
    Document {
        title: "Codes of the Warning header".to_owned(),
        blocks: vec![Block::Facts(warnings().iter().map(row).collect())],
    }
}

/// Every response code with its meaning, class by class.
#[must_use]
pub fn overview() -> Document {
    let mut blocks = Vec::new();
    for class in Class::ALL {
        blocks.push(heading(&class.label()));
        blocks.push(paragraph(&sentence(class.meaning())));
        let members = codes().iter().filter(|entry| entry.class() == class);
        blocks.push(Block::Facts(
            members
                .map(|entry| (entry.label(), stated(entry.brief)))
                .collect(),
        ));
    }
    Document {
        title: "SIP response codes".to_owned(),
        blocks,
    }
}
