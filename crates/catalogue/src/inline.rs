//! Running text with code, emphasis and links in it.

/// A stretch of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain words.
    Text(String),
    /// Something to be typed or found on the wire.
    Code(String),
    /// Words that stand out.
    Strong(Vec<Inline>),
    /// Words that are stressed.
    Emphasis(Vec<Inline>),
    /// Words that lead somewhere.
    Link {
        /// The words.
        text: Vec<Inline>,
        /// Where they lead.
        url: String,
    },
}

/// Reads the inline part of Markdown: code, `**strong**`, `*emphasis*`, links and escapes.
///
/// Whatever does not close is plain text.
#[must_use]
pub fn parse_inline(text: &str) -> Vec<Inline> {
    parse(text, 0)
}

/// Deeper nesting than this is taken as plain text.
const DEPTH_LIMIT: usize = 8;

fn parse(text: &str, depth: usize) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        let taken = if depth < DEPTH_LIMIT {
            special(rest, before, depth)
        } else {
            None
        };
        if let Some((inline, length)) = taken {
            match inline {
                Inline::Text(literal) => plain.push_str(&literal),
                other => {
                    flush(&mut plain, &mut out);
                    out.push(other);
                }
            }
            before = 'x';
            rest = &rest[length..];
        } else {
            plain.push(c);
            before = c;
            rest = &rest[c.len_utf8()..];
        }
    }
    flush(&mut plain, &mut out);
    out
}

fn flush(plain: &mut String, out: &mut Vec<Inline>) {
    if !plain.is_empty() {
        out.push(Inline::Text(std::mem::take(plain)));
    }
}

/// What starts at the beginning of `rest`, with its length in bytes.
fn special(rest: &str, before: char, depth: usize) -> Option<(Inline, usize)> {
    if let Some(escaped) = rest.strip_prefix('\\') {
        let c = escaped.chars().next().filter(char::is_ascii_punctuation)?;
        return Some((Inline::Text(c.to_string()), 1 + c.len_utf8()));
    }
    if rest.starts_with('`') {
        let fence = &rest[..rest.len() - rest.trim_start_matches('`').len()];
        let inside = &rest[fence.len()..];
        let end = inside.find(fence)?;
        let code = inside[..end].trim();
        return (!code.is_empty()).then(|| (Inline::Code(code.to_owned()), end + 2 * fence.len()));
    }
    if let Some(inside) = rest.strip_prefix("**") {
        let end = inside.find("**").filter(|&end| end > 0)?;
        return Some((Inline::Strong(parse(&inside[..end], depth + 1)), end + 4));
    }
    if let Some(inside) = rest.strip_prefix('*') {
        let end = inside.find('*').filter(|&end| end > 0)?;
        let words = &inside[..end];
        let tight = !words.starts_with(' ') && !words.ends_with(' ');
        return tight.then(|| (Inline::Emphasis(parse(words, depth + 1)), end + 2));
    }
    if rest.starts_with('_') && !before.is_alphanumeric() {
        let inside = &rest[1..];
        let end = inside.find('_').filter(|&end| end > 0)?;
        let after = inside[end + 1..].chars().next();
        let whole = !after.is_some_and(char::is_alphanumeric) && !inside.starts_with(' ');
        return whole.then(|| (Inline::Emphasis(parse(&inside[..end], depth + 1)), end + 2));
    }
    if let Some(inside) = rest.strip_prefix('[') {
        let middle = inside.find("](")?;
        let end = middle + 2 + inside[middle + 2..].find(')')?;
        let text = parse(&inside[..middle], depth + 1);
        let url = inside[middle + 2..end].trim().to_owned();
        return Some((Inline::Link { text, url }, end + 2));
    }
    if let Some(inside) = rest.strip_prefix('<') {
        let end = inside.find('>')?;
        let url = &inside[..end];
        let address = url.starts_with("https://") || url.starts_with("http://");
        return (address && !url.contains(char::is_whitespace)).then(|| {
            let text = vec![Inline::Text(url.to_owned())];
            (
                Inline::Link {
                    text,
                    url: url.to_owned(),
                },
                end + 2,
            )
        });
    }
    None
}

/// The words alone.
pub(crate) fn plain(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Strong(inner) | Inline::Emphasis(inner) => plain(inner),
            Inline::Link { text, .. } => plain(text),
        })
        .collect()
}
