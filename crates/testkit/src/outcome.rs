//! What came of frames.

use sipwhy_annotator::Annotation;
use sipwhy_pipeline::{Observed, Observer};

/// What a pipeline said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Every annotation, in order.
    pub annotations: Vec<Annotation>,
    /// How many SIP messages were taken in.
    pub messages: u64,
}

impl Observer for Outcome {
    fn message(&mut self, _message: &Observed<'_, '_>) {
        self.messages += 1;
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.annotations.push(annotation.clone());
    }
}
