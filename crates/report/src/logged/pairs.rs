//! Lines of `key=value`: the log's own form, and logfmt.

use super::{Form, LoggedLine};

/// `2026-11-23T06:50:22.123456Z msg frame=7 start="486 Busy Here" : 486 Busy Here: ...`
pub(super) fn read_log(text: &str) -> Option<LoggedLine> {
    let (time, rest) = text.split_once(' ')?;
    let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut fields = vec![
        ("time".to_owned(), time.to_owned()),
        ("kind".to_owned(), kind.to_owned()),
    ];
    let message = read_pairs(rest, Form::Log, &mut fields)?;
    LoggedLine::new(Form::Log, fields, message.to_owned())
}

/// `time=2026-11-23T06:50:22.123456Z kind=msg frame=7 start="486 Busy Here" msg="..."`
pub(super) fn read_logfmt(text: &str) -> Option<LoggedLine> {
    let mut fields = Vec::new();
    read_pairs(text, Form::Logfmt, &mut fields)?;
    let message = fields
        .pop_if(|(name, _)| name == "msg")
        .map_or_else(String::new, |(_, message)| message);
    LoggedLine::new(Form::Logfmt, fields, message)
}

/// Reads pairs up to the end, or in the log's own form up to the sentence, which it gives.
fn read_pairs<'t>(
    mut text: &'t str,
    form: Form,
    fields: &mut Vec<(String, String)>,
) -> Option<&'t str> {
    while !text.is_empty() {
        if form == Form::Log
            && let Some(message) = text.strip_prefix(": ")
        {
            return Some(message);
        }
        let (name, rest) = text.split_once('=')?;
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_name) {
            return None;
        }
        let (value, rest) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted, form)?,
            None => {
                let (word, _) = rest.split_once(' ').unwrap_or((rest, ""));
                (word.to_owned(), rest.strip_prefix(word)?)
            }
        };
        fields.push((name.to_owned(), value));
        text = match rest.strip_prefix(' ') {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some("")
}

/// The value up to the closing quote, and what follows it.
fn unquote(text: &str, form: Form) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => match chars.next()? {
                c @ ('"' | '\\') => value.push(c),
                'n' if form == Form::Logfmt => value.push('\n'),
                'r' if form == Form::Logfmt => value.push('\r'),
                't' if form == Form::Logfmt => value.push('\t'),
                'u' if form == Form::Logfmt => {
                    let (digits, rest) = chars.as_str().split_at_checked(4)?;
                    value.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
                    chars = rest.chars();
                }
                // An escape that the whole line was given.
                c => value.extend(['\\', c]),
            },
            c => value.push(c),
        }
    }
}
