//! A page as Markdown.

use std::fmt::Write as _;

use crate::document::{Block, Document};
use crate::inline::Inline;

/// Writes `document` as Markdown, tables in GitHub's form.
#[must_use]
pub fn to_markdown(document: &Document) -> String {
    let mut parts = Vec::new();
    if !document.title.is_empty() {
        parts.push(format!("# {}", escape(&document.title)));
    }
    parts.extend(document.blocks.iter().map(block));
    let mut out = parts.join("\n\n");
    out.push('\n');
    out
}

fn block(block_: &Block) -> String {
    match block_ {
        Block::Heading { level, text } => {
            format!(
                "{} {}",
                "#".repeat(usize::from(*level).clamp(1, 6)),
                inlines(text)
            )
        }
        Block::Paragraph(text) => inlines(text),
        Block::List { ordered, items } => list(*ordered, items),
        Block::Code { language, text } => {
            let fence = if text.contains("```") { "````" } else { "```" };
            format!(
                "{fence}{language}\n{}\n{fence}",
                text.trim_end_matches('\n')
            )
        }
        Block::Table { head, rows } => {
            let head: Vec<String> = head.iter().map(|cell| in_cell(&inlines(cell))).collect();
            let rows = rows
                .iter()
                .map(|row| row.iter().map(|cell| in_cell(&inlines(cell))).collect())
                .collect::<Vec<Vec<String>>>();
            table(&head, &rows)
        }
        Block::Quote(blocks) => prefix_lines(&all(blocks), "> ", "> "),
        Block::Facts(facts) => {
            let rows: Vec<Vec<String>> = facts
                .iter()
                .map(|(label, blocks)| vec![format!("**{}**", escape(label)), cell(blocks)])
                .collect();
            table(&[String::new(), String::new()], &rows)
        }
        Block::Versus { left, right, rows } => {
            let rows: Vec<Vec<String>> = rows
                .iter()
                .map(|row| {
                    vec![
                        format!("**{}**", escape(&row.label)),
                        cell(&row.left),
                        cell(&row.right),
                    ]
                })
                .collect();
            table(&[String::new(), escape(left), escape(right)], &rows)
        }
    }
}

fn all(blocks: &[Block]) -> String {
    blocks.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

fn list(ordered: bool, items: &[Vec<Block>]) -> String {
    let mut out = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let marker = if ordered {
            format!("{}. ", index + 1)
        } else {
            "- ".to_owned()
        };
        out.push(prefix_lines(&all(item), &marker, &" ".repeat(marker.len())));
    }
    out.join("\n")
}

fn prefix_lines(text: &str, first: &str, others: &str) -> String {
    let mut out = String::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let lead = if index == 0 { first } else { others };
        out.push_str(if line.is_empty() {
            lead.trim_end()
        } else {
            lead
        });
        out.push_str(line);
    }
    out
}

fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "| {} |", head.join(" | "));
    let _ = write!(out, "|{}", "---|".repeat(head.len()));
    for row in rows {
        let _ = write!(out, "\n| {} |", row.join(" | "));
    }
    out
}

/// Blocks inside a cell, which must stay on one line.
fn cell(blocks: &[Block]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for block_ in blocks {
        match block_ {
            Block::List { ordered, items } => {
                for (index, item) in items.iter().enumerate() {
                    let marker = if *ordered {
                        format!("{}. ", index + 1)
                    } else {
                        "• ".to_owned()
                    };
                    parts.push(format!("{marker}{}", cell(item)));
                }
            }
            other => parts.push(in_cell(&block(other))),
        }
    }
    parts.join("<br>")
}

fn in_cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn inlines(inlines_: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines_ {
        match inline {
            Inline::Text(text) => out.push_str(&escape(text)),
            Inline::Code(text) if text.contains('`') => {
                let _ = write!(out, "`` {text} ``");
            }
            Inline::Code(text) => {
                let _ = write!(out, "`{text}`");
            }
            Inline::Strong(inner) => {
                let _ = write!(out, "**{}**", inlines(inner));
            }
            Inline::Emphasis(inner) => {
                let _ = write!(out, "*{}*", inlines(inner));
            }
            Inline::Link { text, url } => {
                let _ = write!(out, "[{}]({url})", inlines(text));
            }
        }
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '`' | '[' | ']' | '<') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
