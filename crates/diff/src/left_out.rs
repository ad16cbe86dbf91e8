//! What was not compared.

use sipwhy_annotator::words::count;

use crate::messages::MOST_MESSAGES;
use crate::recording::Recording;

/// What was not compared, in a sentence each.
pub(crate) fn not_compared(good: &Recording, bad: &Recording, too_long: usize) -> Vec<String> {
    let mut sentences = Vec::new();
    for (recording, side) in [(good, "good"), (bad, "bad")] {
        let left = recording.left_out;
        for (number, noun, why) in [
            (
                left.calls,
                "call",
                "there are too many; filters choose which",
            ),
            (left.messages, "message", "its call is too long"),
            (left.unplaced, "message", "it belongs to no call in view"),
            (
                recording.unlisted,
                "finding",
                "there are too many; filters choose which",
            ),
        ] {
            if number > 0 {
                let number = usize::try_from(number).unwrap_or(usize::MAX);
                let is = if number == 1 { "is" } else { "are" };
                let what = count(number, noun);
                let why = if number == 1 {
                    why.to_owned()
                } else {
                    why.replace("its call is", "their calls are")
                        .replace("it belongs", "they belong")
                };
                sentences.push(format!("{what} of {side} {is} not compared: {why}"));
            }
        }
        if recording.without_headers > 0 {
            let number = usize::try_from(recording.without_headers).unwrap_or(usize::MAX);
            let what = count(number, "message");
            sentences.push(format!(
                "the headers of {what} of {side} are not compared: there are too many"
            ));
        }
    }
    if too_long > 0 {
        let what = count(too_long, "message");
        sentences.push(format!(
            "{what} of calls with many are not compared: of one call {MOST_MESSAGES} are"
        ));
    }
    sentences
}
