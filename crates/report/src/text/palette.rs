//! Colours, or none.

use std::fmt::Display;

use anstyle::{AnsiColor, Color, Style};
use sipwhy_annotator::Severity;

/// What each kind of text looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    colour: bool,
}

/// A kind of text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ink {
    /// The severity and the marks under a quote.
    Severity(Severity),
    /// Titles.
    Strong,
    /// The frame around quotes, and the names of what stands below them.
    Frame,
    /// What matters less.
    Faint,
}

impl Palette {
    pub(crate) const fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Whether no ink looks different from another.
    pub(crate) const fn is_plain(self) -> bool {
        !self.colour
    }

    /// `text` in this ink.
    pub(crate) fn paint(self, ink: Ink, text: impl Display) -> String {
        if !self.colour {
            return text.to_string();
        }
        let style = style(ink);
        format!("{style}{text}{style:#}")
    }
}

fn style(ink: Ink) -> Style {
    let coloured = |colour| Style::new().fg_color(Some(Color::Ansi(colour)));
    match ink {
        Ink::Severity(Severity::Error) => coloured(AnsiColor::BrightRed).bold(),
        Ink::Severity(Severity::Warning) => coloured(AnsiColor::Yellow).bold(),
        Ink::Severity(Severity::Note) => coloured(AnsiColor::BrightGreen).bold(),
        Ink::Strong => Style::new().bold(),
        Ink::Frame => coloured(AnsiColor::BrightBlue).bold(),
        Ink::Faint => Style::new().dimmed(),
    }
}
