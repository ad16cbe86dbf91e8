//! What is known of the terminal.

use std::io::IsTerminal as _;

use clap::ValueEnum;
use sipwhy_report::Layout;

/// The width of a line where none is known.
const USUAL_WIDTH: usize = 100;

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    fn is_wanted(self) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
                std::io::stdout().is_terminal() && !refused && !is_dumb
            }
        }
    }

    /// How text is laid out in a file, which is no terminal.
    pub(crate) fn layout_of_file(self) -> Layout {
        Layout {
            width: USUAL_WIDTH,
            colour: self == Self::Always,
        }
    }

    /// How text is laid out on standard output.
    pub(crate) fn layout(self) -> Layout {
        let size = terminal_size::terminal_size_of(std::io::stdout());
        let columns = std::env::var("COLUMNS")
            .ok()
            .and_then(|text| text.parse().ok());
        let width = size.map(|(width, _)| usize::from(width.0)).or(columns);
        Layout {
            width: width.unwrap_or(USUAL_WIDTH),
            colour: self.is_wanted(),
        }
    }
}
