//! What was expected of captures and is not so, beside what was found.

use super::markup::Markup;
use super::room::EXPECTATIONS;

/// An expectation that is not met.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// The capture that it is about.
    pub capture: String,
    /// What is expected and what was found, in a line.
    pub title: String,
    /// Where it is stated.
    pub place: String,
    /// Both side by side.
    pub rows: Vec<UnmetRow>,
}

/// What is expected, beside what was found.
#[derive(Clone, Debug)]
pub struct UnmetRow {
    /// What is expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The packet that shows it; empty where there is none.
    pub packet: String,
    /// Whether both agree.
    pub agrees: bool,
}

/// The expectations of a page that are not met.
#[derive(Debug, Default)]
pub(super) struct Expectations {
    shown: Markup,
    count: u64,
    left_out: u64,
}

impl Expectations {
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn add(&mut self, unmet: &Unmet) {
        self.count += 1;
        if self.shown.len() > EXPECTATIONS {
            self.left_out += 1;
        } else {
            write_one(&mut self.shown, unmet);
        }
    }

    /// `2 expectations not met`; empty when there are none.
    pub(super) fn words(&self) -> String {
        match self.count {
            0 => String::new(),
            1 => "1 expectation not met".to_owned(),
            count => format!("{count} expectations not met"),
        }
    }

    /// The section of the page; nothing when all are met.
    pub(super) fn write(&self, out: &mut Markup) {
        if self.count == 0 {
            return;
        }
        out.raw("<section id=\"expectations\">\n<h2>Not as expected</h2>\n");
        out.add(&self.shown);
        if self.left_out > 0 {
            out.raw("<p class=\"faint\">… and ").show(self.left_out);
            out.raw(" more; <code>--format text</code> has them all.</p>\n");
        }
        out.raw("</section>\n");
    }
}

fn write_one(out: &mut Markup, unmet: &Unmet) {
    out.raw("<article class=\"finding error\">\n<h4><span class=\"capture\">")
        .text(&unmet.capture)
        .raw("</span> ");
    out.text(&unmet.title).raw("</h4>\n");
    out.raw("<p class=\"faint\">Stated in <code>")
        .text(&unmet.place)
        .raw("</code></p>\n");
    if !unmet.rows.is_empty() {
        out.raw("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>");
        for column in ["Expected", "", "Found", "Packet"] {
            out.raw("<th scope=\"col\">").raw(column).raw("</th>");
        }
        out.raw("</tr></thead>\n<tbody>\n");
        for row in &unmet.rows {
            out.raw("<tr><td>").text(&row.expected).raw("</td><td>");
            if !row.agrees {
                out.raw("<span class=\"why\" title=\"they differ\">≠</span>");
            }
            out.raw("</td><td>").text(&row.found).raw("</td><td>");
            out.text(&row.packet).raw("</td></tr>\n");
        }
        out.raw("</tbody></table></div>\n");
    }
    out.raw("</article>\n");
}
