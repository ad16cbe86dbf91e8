//! Where the reports of a run go.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_check::{Checked, Form, Target};
use sipwhy_report::{Layout, Output};

use super::Found;
use crate::standard_output;
use crate::terminal::Colour;

/// Columns of the text form in a file.
const WIDTH: usize = 100;

/// All reports of a run.
pub(super) struct Destinations(Vec<Destination>);

/// A report and where it goes.
pub(super) struct Destination {
    form: Form,
    file: Option<PathBuf>,
    output: Output,
    layout: Layout,
}

impl Destinations {
    /// Opens them all, so that a place that cannot be written is told before anything is read.
    pub(super) fn open(targets: &[Target], colour: Colour, found: &Found) -> anyhow::Result<Self> {
        let to_standard_output = targets.iter().filter(|target| target.file.is_none());
        anyhow::ensure!(
            to_standard_output.count() <= 1,
            "only one format can go to standard output; give the others a file, such as \
             --format junit=report.xml"
        );
        let json = targets.iter().filter(|target| target.form == Form::Json);
        anyhow::ensure!(json.count() <= 1, "--format json can be given only once");
        let mut files = BTreeSet::new();
        for path in targets.iter().filter_map(|target| target.file.as_deref()) {
            let shown = path.display();
            anyhow::ensure!(files.insert(path), "two formats would go to {shown}");
            anyhow::ensure!(!is_input(path, found), "{shown} is a capture to be checked");
        }
        let all = targets
            .iter()
            .map(|target| Destination::open(target, colour));
        Ok(Self(all.collect::<anyhow::Result<_>>()?))
    }

    /// Where the JSON records go, if they are wanted.
    pub(super) fn records(&self) -> Option<&Output> {
        let json = self.0.iter().find(|it| it.form == Form::Json);
        json.map(|it| &it.output)
    }

    /// Whether a page of all captures is wanted.
    pub(super) fn has_page(&self) -> bool {
        self.0.iter().any(|it| it.form == Form::Html)
    }

    /// Writes a page of all captures where one is wanted.
    pub(super) fn put_page(&self, page: &str) {
        for it in self.0.iter().filter(|it| it.form == Form::Html) {
            it.output.put(page.as_bytes());
        }
    }

    /// Writes what came of the run.
    pub(super) fn write(&self, checked: &Checked) -> anyhow::Result<()> {
        for destination in &self.0 {
            destination.write(checked)?;
        }
        Ok(())
    }
}

impl Destination {
    fn open(target: &Target, colour: Colour) -> anyhow::Result<Self> {
        let (output, layout) = match &target.file {
            None => (standard_output::buffered()?, colour.layout()),
            Some(path) => {
                let file = File::create(path);
                let file =
                    file.with_context(|| format!("{}: cannot be written", path.display()))?;
                let layout = Layout {
                    width: WIDTH,
                    colour: false,
                };
                (Output::new(BufWriter::new(file)), layout)
            }
        };
        Ok(Self {
            form: target.form,
            file: target.file.clone(),
            output,
            layout,
        })
    }

    fn write(&self, checked: &Checked) -> anyhow::Result<()> {
        let written = self.form.write(checked, &self.output, self.layout);
        let place = self.file.as_ref().map_or_else(
            || "standard output".to_owned(),
            |path| path.display().to_string(),
        );
        let unwritable = || format!("cannot write to {place}");
        written.with_context(unwritable)?;
        match self.output.fault() {
            Some(fault) => Err(anyhow::anyhow!(fault)).with_context(unwritable),
            None => Ok(()),
        }
    }
}

/// Whether a report would overwrite what it reports on.
fn is_input(path: &Path, found: &Found) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let mut inputs = found.captures.iter().flat_map(|capture| &capture.paths);
    inputs.any(|input| input.canonicalize().is_ok_and(|input| input == path))
}
