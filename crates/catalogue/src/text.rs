//! A page as text for a terminal or a log.

use unicode_width::UnicodeWidthStr as _;

use crate::document::{Block, Document, Row};
use crate::inline::Inline;
use crate::wrap::{Ink, Line, push_broken, wrap};

/// How text is dressed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Whether to use the terminal's colours and bold.
    pub colour: bool,
}

/// Nothing is laid out narrower than this.
const NARROWEST: usize = 24;
/// From this width on, two things are shown side by side.
const SIDE_BY_SIDE: usize = 90;
/// From this width on, a fact stands beside its label.
const LABEL_BESIDE: usize = 60;
/// How far the text under a heading is indented.
const INDENT: usize = 2;

/// Lays `document` out in lines of at most `width` columns (24 at least).
#[must_use]
pub fn to_text(document: &Document, width: usize, style: Style) -> String {
    let width = width.max(NARROWEST);
    let mut lines = Vec::new();
    if !document.title.is_empty() {
        let title = [Inline::Text(document.title.clone())];
        lines.extend(wrap(&title, Ink::Strong, width, style));
        let widest = lines.iter().map(|line| line.width).max().unwrap_or(0);
        lines.push(drawn(&"═".repeat(widest), style));
    }
    // What follows a heading stands close to it.
    let mut close = lines.is_empty();
    for block in &document.blocks {
        if !close {
            lines.push(Line::default());
        }
        close = matches!(block, Block::Heading { .. });
        match block {
            Block::Heading { level: 1 | 2, text } => {
                lines.extend(wrap(text, Ink::Strong, width, style));
            }
            Block::Versus { left, right, rows } if width >= SIDE_BY_SIDE => {
                lines.extend(indent(
                    versus_wide(left, right, rows, width - INDENT, style),
                    INDENT,
                ));
            }
            other => {
                lines.extend(indent(render(other, width - INDENT, style), INDENT));
            }
        }
    }
    let mut out = String::new();
    for line in &lines {
        out.push_str(line.text.trim_end_matches(' '));
        out.push('\n');
    }
    out
}

fn drawn(text: &str, style: Style) -> Line {
    let mut line = Line::default();
    line.push(text, Ink::Faint, style);
    line
}

fn render_all(blocks: &[Block], width: usize, style: Style) -> Vec<Line> {
    let mut lines = Vec::new();
    for block in blocks {
        let tight = matches!(block, Block::List { .. });
        if !lines.is_empty() && !tight {
            lines.push(Line::default());
        }
        lines.extend(render(block, width, style));
    }
    lines
}

fn render(block: &Block, width: usize, style: Style) -> Vec<Line> {
    match block {
        Block::Heading { text, .. } => wrap(text, Ink::Strong, width, style),
        Block::Paragraph(text) => wrap(text, Ink::Plain, width, style),
        Block::List { ordered, items } => list(*ordered, items, width, style),
        Block::Code { text, .. } => code(text, width, style),
        Block::Table { head, rows } => table(head, rows, width, style),
        Block::Quote(blocks) => render_all(blocks, inner(width, 2), style)
            .into_iter()
            .map(|line| prefixed("│ ", Ink::Faint, &line, style))
            .collect(),
        Block::Facts(facts) => facts_lines(facts, width, style),
        Block::Versus { left, right, rows } => versus_narrow(left, right, rows, width, style),
    }
}

fn inner(width: usize, taken: usize) -> usize {
    width.saturating_sub(taken).max(1)
}

fn indent(lines: Vec<Line>, by: usize) -> Vec<Line> {
    let blank = " ".repeat(by);
    lines
        .into_iter()
        .map(|line| prefixed(&blank, Ink::Plain, &line, Style::default()))
        .collect()
}

fn prefixed(prefix: &str, ink: Ink, line: &Line, style: Style) -> Line {
    let mut out = Line::default();
    if line.width == 0 && prefix.trim().is_empty() {
        return out;
    }
    out.push(prefix, ink, style);
    out.join(line);
    out
}

fn list(ordered: bool, items: &[Vec<Block>], width: usize, style: Style) -> Vec<Line> {
    let digits = items.len().to_string().len();
    let lead = if ordered { digits + 2 } else { 2 };
    let mut lines = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let marker = if ordered {
            format!("{:>digits$}. ", index + 1)
        } else {
            "• ".to_owned()
        };
        let blank = " ".repeat(lead);
        for (row, line) in render_all(item, inner(width, lead), style)
            .iter()
            .enumerate()
        {
            let prefix = if row == 0 { &marker } else { &blank };
            lines.push(prefixed(prefix, Ink::Plain, line, style));
        }
    }
    lines
}

fn code(text: &str, width: usize, style: Style) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in text.lines() {
        let clean: String = row
            .replace('\t', "    ")
            .chars()
            .map(|c| if c.is_control() { '?' } else { c })
            .collect();
        let mut line = Line::default();
        line.push("  ", Ink::Plain, style);
        push_broken(&clean, Ink::Code, width, style, &mut line, &mut lines);
        lines.push(line);
    }
    lines
}

fn facts_lines(facts: &[(String, Vec<Block>)], width: usize, style: Style) -> Vec<Line> {
    let label_width = facts
        .iter()
        .map(|(label, _)| label.width())
        .max()
        .unwrap_or(0);
    let beside = width + INDENT >= LABEL_BESIDE && label_width * 3 <= width;
    let mut lines = Vec::new();
    for (label, blocks) in facts {
        let label = [Inline::Text(label.clone())];
        if beside {
            let mut rows = render_all(blocks, inner(width, label_width + 2), style).into_iter();
            let mut first = wrap(&label, Ink::Strong, label_width, style)
                .pop()
                .unwrap_or_default();
            first.pad_to(label_width + 2);
            first.join(&rows.next().unwrap_or_default());
            lines.push(first);
            lines.extend(indent(rows.collect(), label_width + 2));
        } else {
            lines.extend(wrap(&label, Ink::Strong, width, style));
            lines.extend(indent(
                render_all(blocks, inner(width, INDENT), style),
                INDENT,
            ));
        }
    }
    lines
}

fn versus_narrow(left: &str, right: &str, rows: &[Row], width: usize, style: Style) -> Vec<Line> {
    let mut lines = Vec::new();
    for (title, is_left) in [(left, true), (right, false)] {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(wrap(
            &[Inline::Text(title.to_owned())],
            Ink::Strong,
            width,
            style,
        ));
        lines.push(drawn(&"─".repeat(title.width().min(width)), style));
        let facts: Vec<(String, Vec<Block>)> = rows
            .iter()
            .map(|row| {
                let side = if is_left { &row.left } else { &row.right };
                (row.label.clone(), side.clone())
            })
            .collect();
        lines.extend(facts_lines(&facts, width, style));
    }
    lines
}

fn versus_wide(left: &str, right: &str, rows: &[Row], width: usize, style: Style) -> Vec<Line> {
    let label_width = rows
        .iter()
        .map(|row| row.label.width())
        .max()
        .unwrap_or(0)
        .min(18);
    let column = (width - label_width - 2 - 3) / 2;
    let mut lines = Vec::new();
    let strong =
        |text: &str, width| wrap(&[Inline::Text(text.to_owned())], Ink::Strong, width, style);
    let mut add = |label: Vec<Line>, left: Vec<Line>, right: Vec<Line>, between: &str| {
        for row in 0..label.len().max(left.len()).max(right.len()) {
            let mut line = label.get(row).cloned().unwrap_or_default();
            line.pad_to(label_width + 2);
            line.join(&left.get(row).cloned().unwrap_or_default());
            line.pad_to(label_width + 2 + column);
            line.push(between, Ink::Faint, style);
            line.join(&right.get(row).cloned().unwrap_or_default());
            lines.push(line);
        }
    };
    add(
        Vec::new(),
        strong(left, column),
        strong(right, column),
        " │ ",
    );
    for row in rows {
        let rule = "─".repeat(column);
        add(
            vec![drawn(&"─".repeat(label_width + 2), style)],
            vec![drawn(&rule, style)],
            vec![drawn(&rule, style)],
            "─┼─",
        );
        add(
            strong(&row.label, label_width),
            render_all(&row.left, column, style),
            render_all(&row.right, column, style),
            " │ ",
        );
    }
    lines
}

fn table(head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], width: usize, style: Style) -> Vec<Line> {
    let columns = rows
        .iter()
        .map(Vec::len)
        .chain([head.len()])
        .max()
        .unwrap_or(0);
    if columns == 0 {
        return Vec::new();
    }
    let natural = |cell: &Vec<Inline>| -> usize {
        let line = wrap(cell, Ink::Plain, usize::MAX / 2, Style::default());
        line.first().map_or(0, |line| line.width)
    };
    let mut widths = vec![1; columns];
    for row in rows.iter().map(Vec::as_slice).chain([head]) {
        for (column, cell) in row.iter().enumerate() {
            widths[column] = natural(cell).max(widths[column]);
        }
    }
    let gaps = 2 * (columns - 1);
    // Take columns off the widest until the table fits.
    while widths.iter().sum::<usize>() + gaps > width {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 1 => *widest -= 1,
            _ => break,
        }
    }
    let mut lines = Vec::new();
    let mut add = |row: &[Vec<Inline>], ink: Ink| {
        let cells: Vec<Vec<Line>> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| wrap(cell, ink, widths[column], style))
            .collect();
        for index in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let mut line = Line::default();
            let mut start = 0;
            for (column, cell) in cells.iter().enumerate() {
                line.pad_to(start);
                line.join(&cell.get(index).cloned().unwrap_or_default());
                start += widths[column] + 2;
            }
            lines.push(line);
        }
    };
    if head.iter().any(|cell| !cell.is_empty()) {
        add(head, Ink::Strong);
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        let rule: Vec<Vec<Inline>> = rule
            .into_iter()
            .map(|text| vec![Inline::Text(text)])
            .collect();
        add(&rule, Ink::Faint);
    }
    for row in rows {
        add(row, Ink::Plain);
    }
    lines
}
