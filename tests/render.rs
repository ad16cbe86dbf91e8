//! Everything that is shown of a capture, in every form.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use sipwhy_annotator::Annotation;
use sipwhy_pipeline::{Observed, Observer, Summary};
use sipwhy_report::{
    Ending, InputEnd, Inputs, Json, Layout, Log, LogStyle, Order, Output, Report, Text, With,
};

/// Columns of the text.
const WIDTH: usize = 100;

/// Writes every form of the report to memory.
#[derive(Debug)]
pub struct Outputs {
    name: String,
    forms: [(Report, Page); 3],
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// For people.
    pub text: String,
    /// Annotations, messages, calls and the summary, one record a line.
    pub json: String,
    /// A line for each message and annotation.
    pub log: String,
}

#[derive(Clone, Debug, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut page = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        page.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Outputs {
    /// Reports on an input of this name.
    ///
    /// # Errors
    /// None; the log could fail only in another style.
    pub fn new(name: &str) -> io::Result<Self> {
        let inputs = || Inputs::new([name]);
        let (text, json, log) = (Page::default(), Page::default(), Page::default());
        let layout = Layout {
            width: WIDTH,
            colour: false,
        };
        let with = With {
            messages: true,
            calls: true,
        };
        let to = |page: &Page| Output::new(page.clone());
        let as_text = Text::new(to(&text), inputs(), layout, Order::ByCall);
        let as_json = Json::new(to(&json), inputs(), with, false);
        let as_log = Log::new(to(&log), inputs(), LogStyle::Plain)?;
        let forms = [
            (Report::Text(as_text), text),
            (Report::Json(as_json), json),
            (Report::Log(as_log), log),
        ];
        let name = name.to_owned();
        Ok(Self { name, forms })
    }

    /// The capture is over.
    #[must_use]
    pub fn finish(mut self, summary: &Summary, fault: Option<String>) -> Shown {
        let input = InputEnd {
            name: self.name.clone(),
            frames: summary.packet.frames,
            fault,
        };
        let ending = Ending {
            inputs: vec![input],
            ..Ending::default()
        };
        for (report, _) in &mut self.forms {
            report.finish(summary, &ending);
        }
        let [(_, text), (_, json), (_, log)] = &self.forms;
        Shown {
            text: text.take(),
            json: json.take(),
            log: log.take(),
        }
    }
}

impl Observer for Outputs {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        for (report, _) in &mut self.forms {
            report.message(observed);
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        for (report, _) in &mut self.forms {
            report.annotation(annotation);
        }
    }
}
