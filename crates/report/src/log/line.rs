//! Events as lines of text, each in one piece.

use std::fmt::{Debug, Write as _};
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::output::Output;

/// How fields become a line.
pub(super) trait LineForm: Default + Send + 'static {
    /// Whether a field of this name has it in front of its value.
    fn shows_name(name: &str) -> bool;

    /// Adds a value to a line.
    fn value(line: &mut String, value: &str);

    /// Adds the message, unless it is empty, and ends the line but for its line end.
    fn end(line: &mut Line<Self>);
}

/// A line that grows field by field. The message comes last.
#[derive(Debug, Default)]
pub(super) struct Line<F> {
    pub(super) text: String,
    pub(super) message: String,
    form: PhantomData<F>,
}

impl<F: LineForm> Line<F> {
    pub(super) fn pair(&mut self, name: &str, value: &str) {
        self.name(name);
        F::value(&mut self.text, value);
    }

    fn name(&mut self, name: &str) {
        if self.text.ends_with('\n') {
            self.text.clear();
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        if F::shows_name(name) {
            self.text.push_str(name);
            self.text.push('=');
        }
    }

    /// The whole line. The next field begins a new one.
    pub(super) fn end_line(&mut self) -> &[u8] {
        F::end(self);
        self.message.clear();
        self.text.push('\n');
        self.text.as_bytes()
    }
}

/// A line of the log's own form, without its end.
pub(crate) fn fields_line(fields: &[(String, String)], message: &str) -> String {
    line_of::<super::fields::Fields>(fields, message)
}

/// A line of logfmt, without its end.
pub(crate) fn logfmt_line(fields: &[(String, String)], message: &str) -> String {
    line_of::<super::logfmt::Logfmt>(fields, message)
}

fn line_of<F: LineForm>(fields: &[(String, String)], message: &str) -> String {
    let mut line = Line::<F>::default();
    for (name, value) in fields {
        line.pair(name, value);
    }
    line.message.push_str(message);
    F::end(&mut line);
    // What was read back may hold what the log itself never writes.
    sipwhy_parser::printable(line.text.as_bytes()).into_owned()
}

impl<F: LineForm> Visit for Line<F> {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message.push_str(value),
            name => self.pair(name, value),
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field.name());
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{value}");
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        self.record_str(field, &text);
    }
}

/// Writes each event as one line, in one piece, and hands it on.
#[derive(Debug)]
pub(super) struct Lines<F> {
    output: Output,
    line: Mutex<Line<F>>,
}

impl<F: LineForm> Lines<F> {
    pub(super) fn new(output: Output) -> Self {
        let line = Mutex::default();
        Self { output, line }
    }
}

impl<S: Subscriber, F: LineForm> Layer<S> for Lines<F> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        event.record(&mut *line);
        self.output.put(line.end_line());
        self.output.hand_on();
    }
}
