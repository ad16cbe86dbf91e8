//! Events as lines of text, each in one piece.

use std::sync::{Mutex, PoisonError};

use tracing::field::Visit;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use crate::output::Output;

/// How fields become a line.
pub(super) trait LineForm: Visit + Default + Send + 'static {
    /// The whole line. The next field begins a new one.
    fn end_line(&mut self) -> &[u8];
}

/// Writes each event as one line, in one piece, and hands it on.
#[derive(Debug)]
pub(super) struct Lines<F> {
    output: Output,
    fields: Mutex<F>,
}

impl<F: LineForm> Lines<F> {
    pub(super) fn new(output: Output) -> Self {
        let fields = Mutex::default();
        Self { output, fields }
    }
}

impl<S: Subscriber, F: LineForm> Layer<S> for Lines<F> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        event.record(&mut *fields);
        self.output.put(fields.end_line());
        self.output.hand_on();
    }
}
