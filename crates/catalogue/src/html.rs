//! A page as HTML, without what stands around it.

use std::fmt::Write as _;

use crate::document::{Block, Document};
use crate::inline::{Inline, plain};

/// Says where a name leads that stands in code or in bold: `stuck-on-trying`, `sipwhy explain 408`,
/// `408 Request Timeout`. `None` for what has no page.
pub type Linker<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Writes `document` as HTML: a heading of the first level and what belongs to it. All text is
/// escaped; links lead to `https` and `http` addresses, and to where `linker` says.
#[must_use]
pub fn to_html(document: &Document, linker: Linker<'_>) -> String {
    let mut out = String::new();
    if !document.title.is_empty() {
        let _ = writeln!(out, "<h1>{}</h1>", escape_html(&document.title));
    }
    let mut writer = Writer {
        out,
        linker,
        is_linked: false,
        depth: 0,
        prefix: "",
    };
    writer.blocks(&document.blocks);
    writer.out
}

/// Writes what is below the title of `document`, as a part of a larger page: its headings are
/// `depth` levels lower, and their ids begin with `prefix`.
#[must_use]
pub fn to_html_part(document: &Document, depth: u8, prefix: &str, linker: Linker<'_>) -> String {
    let mut writer = Writer {
        out: String::new(),
        linker,
        is_linked: false,
        depth,
        prefix,
    };
    writer.blocks(&document.blocks);
    writer.out
}

/// `text` with the characters replaced that mean something in HTML, in text and in attributes.
#[must_use]
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

struct Writer<'a> {
    out: String,
    linker: Linker<'a>,
    /// Whether what is being written is inside a link.
    is_linked: bool,
    /// How many levels lower headings are.
    depth: u8,
    /// How the ids of headings begin.
    prefix: &'a str,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                let level = (*level).saturating_add(self.depth).clamp(2, 6);
                let (prefix, id) = (escape_html(self.prefix), anchor(&plain(text)));
                let _ = write!(self.out, "<h{level} id=\"{prefix}{id}\">");
                self.inlines(text);
                let _ = writeln!(self.out, "</h{level}>");
            }
            Block::Paragraph(text) => {
                self.out.push_str("<p>");
                self.inlines(text);
                self.out.push_str("</p>\n");
            }
            Block::List { ordered, items } => {
                let tag = if *ordered { "ol" } else { "ul" };
                let _ = writeln!(self.out, "<{tag}>");
                for item in items {
                    self.out.push_str("<li>");
                    self.cell(item);
                    self.out.push_str("</li>\n");
                }
                let _ = writeln!(self.out, "</{tag}>");
            }
            Block::Code { text, .. } => {
                let text = escape_html(text.trim_end_matches('\n'));
                let _ = writeln!(self.out, "<pre><code>{text}</code></pre>");
            }
            Block::Table { head, rows } => {
                self.out.push_str("<div class=\"wide\"><table>\n<tr>");
                for cell in head {
                    self.out.push_str("<th>");
                    self.inlines(cell);
                    self.out.push_str("</th>");
                }
                self.out.push_str("</tr>\n");
                for row in rows {
                    self.out.push_str("<tr>");
                    for cell in row {
                        self.out.push_str("<td>");
                        self.inlines(cell);
                        self.out.push_str("</td>");
                    }
                    self.out.push_str("</tr>\n");
                }
                self.out.push_str("</table></div>\n");
            }
            Block::Quote(inner) => {
                self.out.push_str("<blockquote>\n");
                self.blocks(inner);
                self.out.push_str("</blockquote>\n");
            }
            Block::Facts(facts) => {
                self.out.push_str("<dl>\n");
                for (label, blocks) in facts {
                    self.out.push_str("<dt>");
                    self.named(label, |writer| writer.text(label));
                    self.out.push_str("</dt><dd>");
                    self.cell(blocks);
                    self.out.push_str("</dd>\n");
                }
                self.out.push_str("</dl>\n");
            }
            Block::Versus { left, right, rows } => {
                self.out.push_str("<table class=\"versus\">\n<tr><td></td>");
                for side in [left, right] {
                    self.out.push_str("<th>");
                    self.named(side, |writer| writer.text(side));
                    self.out.push_str("</th>");
                }
                self.out.push_str("</tr>\n");
                for row in rows {
                    self.out.push_str("<tr><th>");
                    self.text(&row.label);
                    self.out.push_str("</th>");
                    for (name, side) in [(left, &row.left), (right, &row.right)] {
                        // On a narrow screen the cells stand below each other.
                        let _ = write!(self.out, "<td data-of=\"{}\">", escape_html(name));
                        self.cell(side);
                        self.out.push_str("</td>");
                    }
                    self.out.push_str("</tr>\n");
                }
                self.out.push_str("</table>\n");
            }
        }
    }

    /// What a cell or an item holds: a single paragraph goes without its tag.
    fn cell(&mut self, blocks: &[Block]) {
        match blocks {
            [Block::Paragraph(text)] => self.inlines(text),
            _ => self.blocks(blocks),
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Code(code) => self.named(code, |writer| {
                    let _ = write!(writer.out, "<code>{}</code>", escape_html(code));
                }),
                Inline::Strong(inner) => self.named(&plain(inner), |writer| {
                    writer.out.push_str("<strong>");
                    writer.inlines(inner);
                    writer.out.push_str("</strong>");
                }),
                Inline::Emphasis(inner) => {
                    self.out.push_str("<em>");
                    self.inlines(inner);
                    self.out.push_str("</em>");
                }
                Inline::Link { text, url } => {
                    let is_web = url.starts_with("https://") || url.starts_with("http://");
                    let url = is_web.then(|| url.clone());
                    self.linked(url, |writer| writer.inlines(text));
                }
            }
        }
    }

    /// Writes something by a name, as a link if that name has a page.
    fn named(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        let url = (self.linker)(name);
        self.linked(url, write);
    }

    fn linked(&mut self, url: Option<String>, write: impl FnOnce(&mut Self)) {
        match url {
            Some(url) if !self.is_linked => {
                let _ = write!(self.out, "<a href=\"{}\">", escape_html(&url));
                self.is_linked = true;
                write(self);
                self.is_linked = false;
                self.out.push_str("</a>");
            }
            _ => write(self),
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&escape_html(text));
    }
}

/// A heading's words as the name of a place in the page.
fn anchor(words: &str) -> String {
    let kept = words.chars().map(|c| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    });
    kept.collect::<String>().trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_no_title_and_its_headings_are_lower_with_ids_of_their_own() {
        let document = crate::markdown_to_document("# Title\n\n## How to fix\n\n`486` it.\n");
        let link = |name: &str| (name == "486").then(|| "#code-486".to_owned());
        let expected = "<h4 id=\"rule-x-how-to-fix\">How to fix</h4>\n\
                        <p><a href=\"#code-486\"><code>486</code></a> it.</p>\n";
        assert_eq!(to_html_part(&document, 2, "rule-x-", &link), expected);
    }
}
