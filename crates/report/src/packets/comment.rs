//! The words of a comment.

use sipwhy_annotator::{Annotation, Evidence, Verdict};

use crate::clock::time_of_day;

/// The longest piece of a comment, in characters: a title, an explanation, a quoted line.
const LONGEST: usize = 600;
/// Quoted lines, and pieces of advice.
const MOST_LINES: usize = 8;
const MOST_HELP: usize = 2;

/// What is wrong, in one line.
pub(super) fn title(annotation: &Annotation) -> String {
    let severity = annotation.severity.as_str();
    let verdict = match annotation.verdict {
        Verdict::Confirmed => String::new(),
        other => format!(" ({})", other.as_str()),
    };
    let title = cut(&annotation.title);
    format!("{severity}[{}]{verdict}: {title}", annotation.rule)
}

/// An earlier stage of a finding, in one line.
pub(super) fn stage(title: &str, annotation: &Annotation) -> String {
    format!("was: {} {title}", time_of_day(annotation.time))
}

/// What one packet proves.
pub(super) fn proof(evidence: &Evidence) -> String {
    let mut out = String::new();
    for line in evidence.quote.iter().take(MOST_LINES) {
        out.push_str("\n| ");
        out.push_str(&cut(&line.text));
        if let Some((_, label)) = &line.mark
            && !label.is_empty()
        {
            out.push_str("   <- ");
            out.push_str(&cut(label));
        }
    }
    out
}

/// Why it is so, and what to do.
pub(super) fn reasons(annotation: &Annotation) -> String {
    let mut out = String::new();
    if !annotation.explanation.is_empty() {
        out.push_str("\nwhy: ");
        out.push_str(&cut(&annotation.explanation));
    }
    for help in annotation.help.iter().take(MOST_HELP) {
        out.push_str("\nfix: ");
        out.push_str(&cut(help));
    }
    if let Some(root) = annotation.caused_by {
        out.push_str("\ndue: to ");
        out.push_str(root.rule);
    }
    out
}

/// The begin of a text that is too long.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
