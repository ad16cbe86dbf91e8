//! `sipwhy site`: everything that `explain` and `compare` know, as web pages.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use sipwhy_annotator::RULES;
use sipwhy_site::{Rule, site};

use crate::exit::Outcome;
use crate::standard_output;

/// Write all explanations as a web site, which needs no server
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  sipwhy site docs/site && xdg-open docs/site/index.html")]
pub(crate) struct Args {
    /// The folder to write into; it is made if it is missing, and pages in it are written over
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let rules: Vec<Rule<'_>> = RULES
        .iter()
        .map(|rule| rule.info())
        .map(|info| Rule {
            id: info.id,
            summary: info.summary,
            page: info.page,
        })
        .collect();
    let files = site(&rules);
    for file in &files {
        let path = args.folder.join(&file.path);
        let whole = || format!("cannot write {}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(whole)?;
        }
        fs::write(&path, &file.text).with_context(whole)?;
    }
    let index = args.folder.join("index.html");
    let told = format!("{} files; begin at {}\n", files.len(), index.display());
    standard_output::print(&told)?;
    Ok(Outcome::Fine)
}
