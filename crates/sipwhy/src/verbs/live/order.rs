//! Frames of several inputs, in the order of time.

use std::collections::VecDeque;

use sipwhy_capture::live::Batch;
use sipwhy_packet::Timestamp;

/// Holds frames back for as long as an earlier one may still come from another input.
///
/// A message that passes two interfaces of one machine is in both within microseconds, and which
/// capture hands its frames over first is chance. What it holds is what the interfaces carried in
/// the time that it waits.
#[derive(Default)]
pub(super) struct Order {
    /// By the numbers of the inputs.
    inputs: Vec<Waiting>,
}

/// The frames of one input that wait.
#[derive(Default)]
struct Waiting {
    batches: VecDeque<Batch>,
    /// The first that waits, in the first batch.
    at: usize,
}

impl Order {
    pub(super) fn new(inputs: usize) -> Self {
        Self {
            inputs: (0..inputs).map(|_| Waiting::default()).collect(),
        }
    }

    pub(super) fn push(&mut self, batch: Batch) {
        if let Some(input) = self.inputs.get_mut(usize::from(batch.input()))
            && !batch.is_empty()
        {
            input.batches.push_back(batch);
        }
    }

    /// Gives what was captured until then: to `take`, with the batch that each frame is in and its
    /// place there.
    pub(super) fn release(&mut self, until: Timestamp, mut take: impl FnMut(&Batch, usize)) {
        loop {
            let due = self.inputs.iter_mut().filter_map(|input| {
                let time = input.batches.front()?.frame(input.at)?.time;
                (time <= until).then_some((time, input))
            });
            // Of two that are as old, the one of the first input.
            let Some((_, input)) = due.min_by_key(|(time, _)| *time) else {
                return;
            };
            let Some(batch) = input.batches.front() else {
                return;
            };
            take(batch, input.at);
            input.at += 1;
            if input.at == batch.len() {
                input.batches.pop_front();
                input.at = 0;
            }
        }
    }
}
