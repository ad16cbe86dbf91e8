//! Events as plain lines: time, kind, `key=value` fields, ` : `, and a sentence.

use std::sync::{Mutex, PoisonError};

use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::fields::Fields;
use crate::output::Output;

/// Writes each event as one line, in one piece, and hands it on.
#[derive(Debug)]
pub(super) struct PlainLines {
    output: Output,
    fields: Mutex<Fields>,
}

impl PlainLines {
    pub(super) fn new(output: Output) -> Self {
        let fields = Mutex::default();
        Self { output, fields }
    }
}

impl<S: Subscriber> Layer<S> for PlainLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        event.record(&mut *fields);
        self.output.put(fields.end_line());
        self.output.hand_on();
    }
}
