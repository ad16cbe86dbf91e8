//! What the data must fulfil before it is let into the program.

use std::path::Path;

use crate::Data;
use crate::kind::Kind;
use crate::schema::{CodeFile, Details, PairFile, TopicFile};

/// The longest `brief`: it shares a line of the log with a time and two addresses.
const BRIEF_LIMIT: usize = 85;

/// Adds a line to `problems` for everything that is wrong with `data`.
pub(crate) fn check(data: &Data, problems: &mut Vec<String>) {
    let digits: Vec<u16> = data.classes.iter().map(|class| class.digit).collect();
    if digits != [1, 2, 3, 4, 5, 6] {
        problems.push(format!(
            "classes.toml: expected classes 1 to 6 in order, found {digits:?}"
        ));
    }
    for class in &data.classes {
        let mut report = |what: String| problems.push(format!("classes.toml: {what}"));
        for (key, text) in [
            ("meaning", &class.meaning),
            ("brief", &class.brief),
            ("kind", &class.kind),
            ("sender", &class.sender),
            ("travels", &class.travels),
            ("ends", &class.ends),
            ("ack", &class.ack),
            ("contact", &class.contact),
            ("next", &class.next),
        ] {
            clause(key, text, &mut report);
        }
    }
    let known: Vec<u16> = data.codes.iter().map(|(_, code)| code.code).collect();
    for (path, code) in &data.codes {
        check_code(path, code, &known, problems);
    }
    for (path, pair) in &data.pairs {
        check_pair(path, pair, &known, problems);
    }
    for (path, file) in &data.topics {
        check_topics(path, file, problems);
    }
    rising(
        "q850.toml",
        data.causes.iter().map(|cause| cause.number),
        problems,
    );
    rising(
        "warnings.toml",
        data.warnings.iter().map(|warning| warning.number),
        problems,
    );
    for cause in &data.causes {
        let mut report = |what| problems.push(format!("q850.toml: cause {}: {what}", cause.number));
        clause("meaning", &cause.meaning, &mut report);
        if let Some(note) = &cause.sip_note {
            clause("sip_note", note, &mut report);
        }
        for sip in cause.from_sip.iter().filter(|sip| !known.contains(sip)) {
            report(format!("{sip} in `from_sip` is no code of the catalogue"));
        }
        if cause.sip.is_some_and(|sip| !known.contains(&sip)) {
            report("`sip` names a code without an entry".to_owned());
        }
    }
    for warning in &data.warnings {
        let mut report =
            |what| problems.push(format!("warnings.toml: code {}: {what}", warning.number));
        clause("meaning", &warning.meaning, &mut report);
    }
}

fn check_topics(path: &Path, file: &TopicFile, problems: &mut Vec<String>) {
    if Kind::of(path).is_none() {
        problems.push(format!(
            "{}: no kind of topic has this name",
            path.display()
        ));
    }
    let mut names: Vec<String> = Vec::new();
    for topic in &file.topic {
        let mut report =
            |what: String| problems.push(format!("{}: {}: {what}", path.display(), topic.name));
        clause("brief", &topic.brief, &mut report);
        for name in std::iter::once(&topic.name).chain(&topic.aliases) {
            let name = name.to_lowercase();
            if name.trim() != name || name.is_empty() {
                report(format!("`{name}` is no name"));
            }
            if names.contains(&name) {
                report(format!("`{name}` stands for two topics"));
            }
            names.push(name);
        }
        for [label, fact] in &topic.facts {
            if label.trim().is_empty() {
                report("a fact has no label".to_owned());
            }
            clause("facts", fact, &mut report);
        }
        for text in &topic.description {
            sentence("description", text, &mut report);
        }
        if topic.references.is_empty() {
            report("`references` is empty".to_owned());
        }
    }
}

fn check_code(path: &Path, code: &CodeFile, known: &[u16], problems: &mut Vec<String>) {
    let mut report = |what: String| problems.push(format!("{}: {what}", path.display()));
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(&code.code.to_string()) {
        report(format!(
            "the file is not named after its code {}",
            code.code
        ));
    }
    if !(100..700).contains(&code.code) {
        report("the code is outside 100 to 699".to_owned());
    }
    if code.code >= 300 && code.severity.is_none() {
        report("a code that can end a call needs `severity`".to_owned());
    }
    if code.code < 300 && code.severity.is_some() {
        report("`severity` is for codes that end a call without success".to_owned());
    }
    if code.rfc.is_some() == code.seen_in.is_some() {
        report("one of `rfc` and `seen_in` says where the code comes from".to_owned());
    }
    if code.seen_in.is_some() && code.registered {
        report("a registered code is defined in an RFC".to_owned());
    }
    if code.name.trim().is_empty() {
        report("`name` is empty".to_owned());
    }
    if code.brief.chars().count() > BRIEF_LIMIT {
        report(format!("`brief` is longer than {BRIEF_LIMIT} characters"));
    }
    for (key, text) in [
        ("brief", &code.brief),
        ("when", &code.when),
        ("fix", &code.fix),
    ] {
        clause(key, text, &mut report);
    }
    for (key, text) in [
        ("sender", &code.sender),
        ("travels", &code.travels),
        ("ends", &code.ends),
        ("ack", &code.ack),
        ("contact", &code.contact),
        ("next", &code.next),
    ] {
        if let Some(text) = text {
            clause(key, text, &mut report);
        }
    }
    check_details(&code.details, code.code, known, &mut report);
}

fn check_details(details: &Details, code: u16, known: &[u16], report: &mut impl FnMut(String)) {
    for (key, texts) in [
        ("description", &details.description),
        ("senders", &details.senders),
        ("when", &details.when),
        ("next", &details.next),
        ("causes", &details.causes),
        ("confirm", &details.confirm),
        ("fix", &details.fix),
    ] {
        if texts.is_empty() {
            report(format!("`details.{key}` is empty"));
        }
        for text in texts {
            sentence(&format!("details.{key}"), text, report);
        }
    }
    if let Some(text) = &details.caller {
        sentence("details.caller", text, report);
    }
    for confusion in &details.confused_with {
        sentence("confused_with.difference", &confusion.difference, report);
        if confusion.code == code || !known.contains(&confusion.code) {
            report(format!(
                "`confused_with` names {}, which is no other entry",
                confusion.code
            ));
        }
    }
    for rule in &details.rules {
        sentence("rules.reports", &rule.reports, report);
        if !rule
            .id
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        {
            report(format!("rule id `{}` is not kebab-case", rule.id));
        }
    }
    for setting in &details.settings {
        sentence("settings.advice", &setting.advice, report);
    }
    if !details.settings.is_sorted_by_key(|setting| setting.product) {
        report(
            "`settings` are not in the order Asterisk, FreeSWITCH, Kamailio, OpenSIPS".to_owned(),
        );
    }
    if details.references.is_empty() {
        report("`details.references` is empty".to_owned());
    }
}

fn check_pair(path: &Path, pair: &PairFile, known: &[u16], problems: &mut Vec<String>) {
    let mut report = |what: String| problems.push(format!("{}: {what}", path.display()));
    let [low, high] = pair.codes;
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(&format!("{low}-{high}")) {
        report(format!("the file is not named {low}-{high}.toml"));
    }
    if low >= high {
        report("`codes` must be two codes, the lower one first".to_owned());
    }
    for code in pair.codes {
        if !known.contains(&code) {
            report(format!("{code} has no entry"));
        }
    }
    sentence("summary", &pair.summary, &mut report);
    if pair.differences.is_empty() {
        report("`differences` is empty".to_owned());
    }
    for difference in &pair.differences {
        if difference.about.trim().is_empty() {
            report("a difference has no `about`".to_owned());
        }
        sentence("differences.text", &difference.text, &mut report);
    }
    if let Some(text) = &pair.together {
        sentence("together", text, &mut report);
    }
}

/// A clause is put into other sentences: no capital first, no full stop last.
fn clause(key: &str, text: &str, report: &mut impl FnMut(String)) {
    prose(key, text, report);
    if text.ends_with(['.', ':', ';', ',']) {
        report(format!("`{key}` is a clause and takes no full stop"));
    }
    let mut letters = text.chars();
    if letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
    {
        report(format!("`{key}` is a clause and starts in lower case"));
    }
}

/// A sentence, or several: a capital first and a full stop last.
fn sentence(key: &str, text: &str, report: &mut impl FnMut(String)) {
    prose(key, text, report);
    if !text.trim_end().ends_with(['.', '?', '!']) {
        report(format!("`{key}` does not end with a full stop: {text:?}"));
    }
    if text.trim_start().starts_with(char::is_lowercase) {
        report(format!("`{key}` does not start with a capital: {text:?}"));
    }
}

fn prose(key: &str, text: &str, report: &mut impl FnMut(String)) {
    if text.trim().is_empty() {
        report(format!("`{key}` is empty"));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    for pair in words.windows(2) {
        if pair[0].eq_ignore_ascii_case(pair[1]) {
            report(format!("`{key}` says \"{}\" twice", pair[0]));
        }
    }
    if text.matches('`').count() % 2 == 1 {
        report(format!("`{key}` has an unclosed backtick"));
    }
}

fn rising(file: &str, numbers: impl Iterator<Item = u16>, problems: &mut Vec<String>) {
    let mut last = None;
    for number in numbers {
        if last.is_some_and(|last| number <= last) {
            problems.push(format!("{file}: {number} is out of order or there twice"));
        }
        last = Some(number);
    }
}
