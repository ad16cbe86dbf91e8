//! `sipwhy explain`: what a code, a rule, a cause or a warn-code means.

use anyhow::bail;
use sipwhy_annotator::RULES;
use sipwhy_annotator::rules::by_id;
use sipwhy_catalogue::{
    Document, cause, class_of, explain_cause, explain_code, explain_warning, find,
    markdown_to_document, suggest, warning,
};

use crate::exit::Outcome;
use crate::page::PageOptions;

/// Explain a response code, a rule, a Q.850 cause or a warn-code
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A code (305), its name (use proxy), a rule (stuck-on-trying), a cause (q850 34) or a
    /// warn-code (warning 399)
    #[arg(required = true, value_name = "WHAT")]
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
  sipwhy explain 100 --format markdown";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let what = args.what.join(" ");
    match page(&what) {
        Some(page) => args.page.show(&page)?,
        None => bail!("{}", unknown(&what)),
    }
    Ok(Outcome::Fine)
}

/// The page of what was asked for.
fn page(what: &str) -> Option<Document> {
    let what = what.trim().to_lowercase();
    if let Some(rule) = by_id(&what.replace(' ', "-")) {
        return Some(markdown_to_document(rule.info().page));
    }
    if let Some(entry) = find(&what) {
        return Some(explain_code(entry.code));
    }
    if let Some(code) = code(&what) {
        return Some(explain_code(code));
    }
    let (kind, number) = what.rsplit_once([' ', '='])?;
    let number: u16 = number.trim().parse().ok()?;
    let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
    match kind.as_str() {
        "q850" | "cause" | "q850cause" => cause(number).map(explain_cause),
        "warning" | "warn" | "warncode" => warning(number).map(explain_warning),
        "sip" | "code" | "sipcode" => class_of(number).map(|_| explain_code(number)),
        _ => None,
    }
}

/// A response code by its number.
pub(super) fn code(what: &str) -> Option<u16> {
    let code = what.trim().parse().ok()?;
    class_of(code).map(|_| code)
}

/// What to say of something that has no page.
fn unknown(what: &str) -> String {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.info().id).collect();
    let near = suggest(what, &rules);
    let advice = if near.is_empty() {
        "give a response code (305), a rule (see sipwhy rules), a Q.850 cause (q850 34) or a \
         warn-code (warning 399)"
            .to_owned()
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    format!("nothing is known of \"{what}\"; {advice}")
}
