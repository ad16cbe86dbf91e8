//! `sipwhy explain`: what a code, a rule, a cause, a header or a term means.

use anyhow::bail;
use serde_json::{Value, json};
use sipwhy_annotator::RULES;
use sipwhy_annotator::rules::by_id;
use sipwhy_catalogue::{
    Document, Kind, Subject, class_of, explain_rule, list_causes, list_topics, list_warnings,
    overview, suggest,
};

use crate::exit::Outcome;
use crate::page::{Page, PageOptions};

/// Explain a response code, a rule, a cause, a method, a header, a timer or a term
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A code (305), its name (use proxy), a rule (stuck-on-trying), a cause (q850 34), a warn-code
    /// (warning 399), a method, a header, a timer, an event package, an option tag or a term
    /// (branch); or what to list: codes, rules, causes, warnings, methods, headers, timers, events,
    /// option tags, reasons, terms. Lists the codes when left out
    #[arg(value_name = "WHAT")]
    what: Vec<String>,

    #[command(flatten)]
    page: PageOptions,
}

const EXAMPLES: &str = "\
Examples:
  sipwhy explain 305
  sipwhy explain request timeout
  sipwhy explain stuck-on-trying
  sipwhy explain q850 34
  sipwhy explain warning 399
  sipwhy explain record-route
  sipwhy explain timer b
  sipwhy explain branch
  sipwhy explain terms
  sipwhy explain 100 --format markdown";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let what = args.what.join(" ").trim().to_lowercase();
    match page(&what).or_else(|| list(&what)) {
        Some(page) => args.page.show(&page)?,
        None => bail!("{}", unknown(&what)),
    }
    Ok(Outcome::Fine)
}

/// The page of what was asked for.
fn page(what: &str) -> Option<Page> {
    if let Some(rule) = by_id(&what.replace(' ', "-")) {
        let info = rule.info();
        return Some(Page {
            document: explain_rule(info.id, info.page),
            json: json!({
                "kind": "rule",
                "id": info.id,
                "severity": info.severity.as_str(),
                "summary": info.summary,
                "page": info.page,
            }),
        });
    }
    let found = Subject::look_up(what);
    let (first, others) = found.split_first()?;
    let mut document = first.page(&|rule| by_id(rule).map(|rule| rule.info().summary));
    document.blocks.extend(others.iter().map(also));
    Some(Page {
        document,
        json: json!(first),
    })
}

/// That something else goes by the same name.
fn also(other: &Subject) -> sipwhy_catalogue::Block {
    sipwhy_catalogue::Block::Paragraph(sipwhy_catalogue::parse_inline(&format!(
        "The same name: {}, `sipwhy explain {}`.",
        other.label(),
        other.query()
    )))
}

/// All there is of one kind.
fn list(what: &str) -> Option<Page> {
    let (document, subjects): (Document, Vec<Subject>) = match what {
        "" | "codes" | "responses" => {
            let codes = sipwhy_catalogue::codes().iter();
            (overview(), codes.map(Subject::Code).collect())
        }
        "causes" | "q850" | "q.850" => {
            let causes = sipwhy_catalogue::causes().iter();
            (list_causes(), causes.map(Subject::Cause).collect())
        }
        "warnings" | "warn-codes" => {
            let warnings = sipwhy_catalogue::warnings().iter();
            (list_warnings(), warnings.map(Subject::Warning).collect())
        }
        _ => {
            let kind = Kind::named(what)?;
            let of_kind = sipwhy_catalogue::topics()
                .iter()
                .filter(|topic| topic.kind == kind);
            (list_topics(kind), of_kind.map(Subject::Topic).collect())
        }
    };
    let entries = subjects.iter().map(|subject| {
        json!({"query": subject.query(), "label": subject.label(), "brief": subject.brief()})
    });
    let json = Value::Array(entries.collect());
    Some(Page { document, json })
}

/// A response code by its number.
pub(super) fn code(what: &str) -> Option<u16> {
    let code = what.trim().parse().ok()?;
    class_of(code).map(|_| code)
}

/// What to say of something that has no page.
fn unknown(what: &str) -> String {
    let mut names: Vec<&str> = RULES.iter().map(|rule| rule.info().id).collect();
    names.extend(sipwhy_catalogue::topics().iter().map(|topic| topic.name));
    let near = suggest(what, &names);
    let advice = if near.is_empty() {
        "give a response code (305), a rule (see sipwhy rules), a Q.850 cause (q850 34), a \
         warn-code (warning 399), a method, a header, a timer or a term"
            .to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    format!("nothing is known of \"{what}\"; {advice}")
}
