//! Call ladders: reading them, building their packets, checking what is said of them.

mod error;
mod expected;
mod hosts;
mod sender;
mod step;
#[cfg(test)]
mod tests;

pub use error::LadderError;
pub use expected::{Expected, Mismatch};

use std::time::Duration;

use sipwhy_annotator::{Measure, THRESHOLDS, Thresholds};
use sipwhy_packet::Ports;
use sipwhy_pipeline::Config;

use crate::outcome::Outcome;
use crate::recording::Recording;

use self::hosts::Hosts;
use self::sender::Sender;
use self::step::{Step, What};

/// A call flow as real frames, and what must be said of it.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// What must be said, in order. Empty where the ladder says `expect: nothing`.
    pub expected: Vec<Expected>,
    /// The frames.
    pub recording: Recording,
    /// Thresholds in place of the usual ones.
    thresholds: Thresholds,
}

impl Ladder {
    /// Reads a ladder and builds its frames.
    ///
    /// # Errors
    /// What cannot be understood, with the line it stands on, counted from 1.
    pub fn parse(text: &str) -> Result<Self, LadderError> {
        let (mut hosts, mut expected) = (Hosts::default(), None::<Vec<Expected>>);
        let mut thresholds = Thresholds::default();
        let mut steps: Vec<Step<'_>> = Vec::new();
        for (number, line) in (1_usize..).zip(text.lines()) {
            let at = |what: String| LadderError { line: number, what };
            // A comment begins with a hash that stands alone: `#1` is a label.
            let content = line.split(" # ").next().unwrap_or_default().trim();
            if content.is_empty() || content == "#" || content.starts_with("# ") {
                continue;
            }
            if let Some(list) = content.strip_prefix("hosts:") {
                hosts.add(list).map_err(at)?;
            } else if let Some(list) = content.strip_prefix("set:") {
                set(list, &mut thresholds).map_err(at)?;
            } else if let Some(words) = content.strip_prefix("expect:") {
                let list = expected.get_or_insert_default();
                if words.trim() != "nothing" {
                    list.push(Expected::parse(words, &hosts).map_err(at)?);
                }
            } else if content.starts_with(|first: char| first.is_ascii_digit()) {
                steps.push(Step::parse(number, content, &hosts).map_err(at)?);
            } else {
                let step = steps.last_mut().ok_or_else(|| {
                    at(format!(
                        "{content:?} is neither hosts:, expect: nor a step, and no message \
                                stands above it to add a header to"
                    ))
                })?;
                step.add_line(content).map_err(at)?;
            }
        }
        let expected = expected.ok_or_else(|| LadderError {
            line: 1,
            what: "an expect: line is missing; expect: nothing stands for silence".to_owned(),
        })?;
        Ok(Self {
            expected,
            recording: record(&steps)?,
            thresholds,
        })
    }

    /// What the pipeline says of the ladder, with SIP found on every port.
    #[must_use]
    pub fn run(&self) -> Outcome {
        let mut config = Config::default();
        config.packet.ports = Ports::any();
        config.annotator.thresholds = self.thresholds.clone();
        self.recording.replay(config)
    }

    /// Checks that everything said by `rule`, and by any other rule that the ladder names, is
    /// expected, and everything expected said.
    ///
    /// # Errors
    /// What was expected beside what was said.
    pub fn check(&self, rule: &str) -> Result<(), Mismatch> {
        expected::check(&self.expected, &self.run().annotations, rule)
    }
}

/// Reads `threshold=number`, any number of them.
fn set(list: &str, thresholds: &mut Thresholds) -> Result<(), String> {
    for pair in list.split_whitespace() {
        let (name, number) = pair
            .split_once('=')
            .and_then(|(name, number)| Some((name, number.parse().ok()?)))
            .ok_or_else(|| format!("{pair:?} is not threshold=number"))?;
        let known = THRESHOLDS.iter().find(|it| it.name == name);
        let is_set = known.and_then(|it| it.set(thresholds, Measure::Count(number)));
        is_set.ok_or_else(|| format!("{name:?} is no threshold that is a number"))?;
    }
    Ok(())
}

/// Plays the steps out into frames.
fn record(steps: &[Step<'_>]) -> Result<Recording, LadderError> {
    let mut recording = Recording::default();
    let mut sender = Sender::default();
    let mut now = Duration::ZERO;
    for step in steps {
        let at = |what: String| LadderError {
            line: step.line,
            what,
        };
        if step.time < now {
            return Err(at("time runs backwards".to_owned()));
        }
        now = step.time;
        recording.at(now);
        match &step.what {
            What::Clock => recording.clock(),
            What::Dropped(count) => recording.dropped(*count),
            What::Between(from, to, action) => sender
                .act(
                    &mut recording,
                    *from,
                    *to,
                    action,
                    (&step.headers, &step.sdp),
                )
                .map_err(at)?,
        }
    }
    Ok(recording)
}
