//! Markup that is being written.

use std::fmt::Display;

use sipwhy_catalogue::escape_html;
use sipwhy_parser::printable;

/// HTML. What is not written in the source is escaped on its way in.
#[derive(Clone, Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    pub(super) const fn new() -> Self {
        Self(String::new())
    }

    /// Markup as it stands in the source: nothing from the wire lives as long.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, be it between tags or in an attribute's double quotes. What is not printable in it is
    /// shown escaped, as in every other output.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escape_html(&printable(text.as_bytes())));
        self
    }

    /// A number or the like.
    pub(super) fn show(&mut self, value: impl Display) -> &mut Self {
        self.text(&value.to_string())
    }

    /// Markup made before.
    pub(super) fn add(&mut self, other: &Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// What [`sipwhy_flow::svg`] drew or [`sipwhy_catalogue`] wrote: they escape by themselves.
    pub(super) fn drawn(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// `<p class="…">text</p>`
    pub(super) fn paragraph(&mut self, class: &'static str, text: &str) -> &mut Self {
        self.raw("<p class=\"").raw(class).raw("\">");
        self.text(text).raw("</p>\n")
    }

    /// `<dt>name</dt><dd>text</dd>`
    pub(super) fn fact(&mut self, name: &str, text: &str) -> &mut Self {
        self.raw("<dt>").text(name).raw("</dt><dd>");
        self.text(text).raw("</dd>\n")
    }

    /// Words with blanks between them, for an attribute.
    pub(super) fn words<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) -> &mut Self {
        for (place, word) in words.into_iter().enumerate() {
            if place > 0 {
                self.raw(" ");
            }
            self.text(word);
        }
        self
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// A name as a part of an id: letters, digits and hyphens.
pub(super) fn id_of(name: &str) -> String {
    let kept = |c: char| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '-') => c,
        _ => '-',
    };
    name.chars().map(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn text_is_escaped_for_pages_and_for_eyes() {
        let mut markup = Markup::new();
        markup.raw("<p title=\"");
        markup.text("\"><script>'&\0\u{202e}\u{200b}");
        let expected = "<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\\x00\\u{202e}\\u{200b}";
        assert_eq!(markup.into_string(), expected);
    }
}
