//! The formats by their names, and where each goes.

use std::io;
use std::path::PathBuf;

use sipwhy_catalogue::nearest;
use sipwhy_report::{Layout, Output};

use crate::forms::{github, gitlab, junit, markdown, sarif, tap, text};
use crate::result::Checked;

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// One JSON record a line; it is written while captures are read.
    Json,
    /// JUnit's XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A job summary.
    Markdown,
    /// Code quality of GitLab.
    Gitlab,
    /// The Test Anything Protocol, version 14.
    Tap,
    /// A page of HTML to be passed on; it is made while captures are read.
    Html,
}

/// All formats with their names.
const NAMES: [(&str, Form); 9] = [
    ("text", Form::Text),
    ("json", Form::Json),
    ("junit", Form::Junit),
    ("sarif", Form::Sarif),
    ("github", Form::Github),
    ("markdown", Form::Markdown),
    ("gitlab", Form::Gitlab),
    ("tap", Form::Tap),
    ("html", Form::Html),
];

impl Form {
    /// The names of all formats.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// Writes what came of a run. [`Form::Json`] and [`Form::Html`] write nothing: they
    /// are about the captures, and written with them.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(self, checked: &Checked, output: &Output, layout: Layout) -> io::Result<()> {
        let mut out = output.clone();
        match self {
            Self::Text => {
                text::write(checked, output, layout);
                Ok(())
            }
            Self::Json | Self::Html => Ok(()),
            Self::Junit => junit::write(checked, &mut out),
            Self::Sarif => sarif::write(checked, &mut out),
            Self::Github => github::write(checked, &mut out),
            Self::Markdown => markdown::write(checked, &mut out),
            Self::Gitlab => gitlab::write(checked, &mut out),
            Self::Tap => tap::write(checked, &mut out),
        }?;
        io::Write::flush(&mut out)
    }
}

/// A format and the file that it goes to; without one, standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The format.
    pub form: Form,
    /// The file.
    pub file: Option<PathBuf>,
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (text, None),
        };
        let Some((_, form)) = NAMES.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = Form::names().collect();
            let meant = nearest(name, Form::names());
            let meant = meant.map_or_else(String::new, |it| format!("did you mean `{it}`? "));
            return Err(format!("{meant}there are {}", known.join(", ")));
        };
        if file.is_some_and(str::is_empty) {
            return Err(format!("`{name}=` needs the name of a file"));
        }
        Ok(Self {
            form: *form,
            file: file.map(PathBuf::from),
        })
    }
}
