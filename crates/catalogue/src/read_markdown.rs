//! Reads the plain subset of Markdown that rule pages are written in.

use crate::document::{Block, Document};
use crate::inline::{Inline, parse_inline, plain};

/// Lists and quotes nested deeper than this are read as paragraphs.
const DEPTH_LIMIT: usize = 8;

/// Reads headings, paragraphs, lists, quotes, fenced code and tables.
///
/// The first heading of level 1 becomes the title. Front matter and comments are
/// left out. No input is refused: what is not understood is a paragraph.
#[must_use]
pub fn markdown_to_document(markdown: &str) -> Document {
    let lines: Vec<&str> = markdown.lines().collect();
    let mut document = Document::default();
    for block in blocks(without_front_matter(&lines), 0) {
        match block {
            Block::Heading { level: 1, text } if document.title.is_empty() => {
                document.title = plain(&text);
            }
            other => document.blocks.push(other),
        }
    }
    document
}

fn without_front_matter<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    let Some(fence) = lines
        .first()
        .filter(|line| matches!(line.trim_end(), "---" | "+++"))
    else {
        return lines;
    };
    match lines[1..]
        .iter()
        .position(|line| line.trim_end() == fence.trim_end())
    {
        Some(end) => &lines[end + 2..],
        None => lines,
    }
}

fn blocks(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim_start();
        if line.is_empty() || is_rule(line) {
            at += 1;
        } else if line.starts_with("<!--") {
            let end = lines[at..].iter().position(|line| line.contains("-->"));
            at = end.map_or(lines.len(), |end| at + end + 1);
        } else if let Some((level, text)) = heading(line) {
            out.push(Block::Heading {
                level,
                text: parse_inline(text),
            });
            at += 1;
        } else if let Some(fence) = fence(line) {
            let end = lines[at + 1..].iter().position(|line| closes(line, fence));
            let stop = end.map_or(lines.len(), |end| at + 1 + end);
            let offset = lines[at].len() - line.len();
            let text: Vec<&str> = lines[at + 1..stop]
                .iter()
                .map(|line| dedent(line, offset))
                .collect();
            let language = line[fence.len()..].trim().to_owned();
            out.push(Block::Code {
                language,
                text: text.join("\n"),
            });
            at = stop + 1;
        } else if is_table(lines, at) {
            let stop = run(lines, at, |line| line.trim_start().starts_with('|'));
            let rows = lines[at + 2..stop].iter().map(|line| cells(line)).collect();
            out.push(Block::Table {
                head: cells(lines[at]),
                rows,
            });
            at = stop;
        } else if depth < DEPTH_LIMIT && line.starts_with('>') {
            let stop = run(lines, at, |line| line.trim_start().starts_with('>'));
            let inside: Vec<&str> = lines[at..stop].iter().map(|line| unquoted(line)).collect();
            out.push(Block::Quote(blocks(&inside, depth + 1)));
            at = stop;
        } else if let Some((ordered, _)) = marker(line).filter(|_| depth < DEPTH_LIMIT) {
            let (items, stop) = list(lines, at, ordered, depth);
            out.push(Block::List { ordered, items });
            at = stop;
        } else {
            let stop = at
                + 1
                + lines[at + 1..]
                    .iter()
                    .take_while(|l| !starts_block(l))
                    .count();
            let text: Vec<&str> = lines[at..stop].iter().map(|line| line.trim()).collect();
            out.push(Block::Paragraph(parse_inline(&text.join(" "))));
            at = stop;
        }
    }
    out
}

/// The items of the list that begins at `at`, and the line after it.
fn list(lines: &[&str], at: usize, ordered: bool, depth: usize) -> (Vec<Vec<Block>>, usize) {
    let mut items = Vec::new();
    let mut start = at;
    let base = indent_of(lines[at]);
    loop {
        let line = lines[start].trim_start();
        let width = marker(line).map_or(0, |(_, width)| width);
        let offset = indent_of(lines[start]) + width;
        let mut inside = vec![&line[width..]];
        let mut next = start + 1;
        while next < lines.len() {
            let line = lines[next];
            if line.trim().is_empty() {
                // A blank line ends the item unless what follows is indented below it.
                let more = lines[next..].iter().find(|line| !line.trim().is_empty());
                if more.is_none_or(|line| indent_of(line) < offset) {
                    break;
                }
                inside.push("");
            } else if indent_of(line) >= offset {
                inside.push(dedent(line, offset));
            } else if starts_block(line) {
                break;
            } else {
                inside.push(line.trim_start());
            }
            next += 1;
        }
        items.push(blocks(&inside, depth + 1));
        let follows = lines[next..]
            .iter()
            .position(|line| !line.trim().is_empty());
        let Some(found) = follows.map(|skip| next + skip) else {
            return (items, lines.len());
        };
        let same = marker(lines[found].trim_start()).is_some_and(|(kind, _)| kind == ordered);
        if !same || indent_of(lines[found]) < base || is_rule(lines[found].trim_start()) {
            return (items, found);
        }
        start = found;
    }
}

fn starts_block(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty()
        || heading(line).is_some()
        || fence(line).is_some()
        || marker(line).is_some()
        || line.starts_with(['>', '|'])
        || line.starts_with("<!--")
        || is_rule(line)
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let text = line.trim_start_matches('#');
    let level = u8::try_from(line.len() - text.len())
        .ok()
        .filter(|level| (1..=6).contains(level))?;
    text.starts_with(' ')
        .then(|| (level, text.trim().trim_end_matches('#').trim_end()))
}

fn fence(line: &str) -> Option<&str> {
    ['`', '~'].into_iter().find_map(|mark| {
        let length = line.len() - line.trim_start_matches(mark).len();
        (length >= 3).then(|| &line[..length])
    })
}

fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim();
    line.starts_with(fence) && line.chars().all(|c| fence.starts_with(c))
}

/// Whether the line begins a list item: ordered or not, and the length of its marker.
fn marker(line: &str) -> Option<(bool, usize)> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    let mark = match digits {
        0 => rest.starts_with(['-', '*', '+']),
        1..=9 => rest.starts_with(['.', ')']),
        _ => false,
    };
    let after = rest.get(1..)?;
    let blanks = after.len() - after.trim_start_matches(' ').len();
    (mark && (1..=4).contains(&blanks)).then_some((digits > 0, digits + 1 + blanks))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    ['-', '*', '_']
        .into_iter()
        .any(|mark| line.len() >= 3 && line.chars().all(|c| c == mark))
}

fn is_table(lines: &[&str], at: usize) -> bool {
    let delimiter = lines.get(at + 1).map_or("", |line| line.trim());
    lines[at].trim_start().starts_with('|')
        && delimiter.starts_with('|')
        && delimiter.contains('-')
        && delimiter
            .chars()
            .all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn cells(line: &str) -> Vec<Vec<Inline>> {
    let line = line.trim().trim_start_matches('|');
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        match (c, cells.last_mut()) {
            ('|', _) if !escaped => cells.push(String::new()),
            (_, Some(cell)) => {
                if c == '|' {
                    cell.pop();
                }
                cell.push(c);
            }
            (_, None) => {}
        }
        escaped = c == '\\' && !escaped;
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.iter().map(|cell| parse_inline(cell.trim())).collect()
}

fn run(lines: &[&str], at: usize, belongs: impl Fn(&str) -> bool) -> usize {
    at + lines[at..].iter().take_while(|line| belongs(line)).count()
}

fn unquoted(line: &str) -> &str {
    let line = line.trim_start();
    let line = line.strip_prefix('>').unwrap_or(line);
    line.strip_prefix(' ').unwrap_or(line)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn dedent(line: &str, by: usize) -> &str {
    &line[by.min(indent_of(line))..]
}
