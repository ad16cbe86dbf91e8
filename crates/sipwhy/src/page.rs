//! Pages of explanation: as text for the terminal, as Markdown, or as JSON for programs.

use clap::ValueEnum;
use sipwhy_catalogue::{Document, Style, to_markdown, to_text};

use crate::standard_output;
use crate::terminal::Colour;

/// Longer lines are hard to read.
const WIDEST: usize = 100;

/// The form of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    /// For the terminal.
    #[default]
    Text,
    /// Markdown, tables in GitHub's form.
    Markdown,
    /// The entry itself, field by field, on one line.
    Json,
}

/// A page, and what it was made from.
pub(crate) struct Page {
    /// For people.
    pub(crate) document: Document,
    /// For programs.
    pub(crate) json: serde_json::Value,
}

/// How a page is shown.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct PageOptions {
    /// The form of the page
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: PageFormat,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colour,
}

impl PageOptions {
    /// Prints a page.
    pub(crate) fn show(&self, page: &Page) -> anyhow::Result<()> {
        let text = match self.format {
            PageFormat::Json => format!("{}\n", page.json),
            PageFormat::Markdown => to_markdown(&page.document),
            PageFormat::Text => {
                let layout = self.color.layout();
                let style = Style {
                    colour: layout.colour,
                };
                to_text(&page.document, layout.width.min(WIDEST), style)
            }
        };
        standard_output::print(&text)
    }
}
