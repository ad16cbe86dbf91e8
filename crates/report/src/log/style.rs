//! How the log's events are written.

use std::io;

use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt as _;

use super::fields::Fields;
use super::line::Lines;
use super::logfmt::Logfmt;
use crate::output::Output;

/// How the log's events are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogStyle {
    /// A line of `key=value` fields and a sentence.
    #[default]
    Plain,
    /// `key=value` throughout, as programs that collect logs read it.
    Logfmt,
    /// A JSON object, with the same fields.
    Json,
    /// An entry of systemd's journal, each field as `SIP_…`.
    Journald,
}

impl LogStyle {
    /// The subscriber that writes the events.
    pub(super) fn dispatch(self, output: &Output) -> io::Result<Dispatch> {
        let registry = tracing_subscriber::registry();
        Ok(match self {
            Self::Plain => registry.with(Lines::<Fields>::new(output.clone())).into(),
            Self::Logfmt => registry.with(Lines::<Logfmt>::new(output.clone())).into(),
            Self::Json => {
                let layer = tracing_subscriber::fmt::layer()
                    .json()
                    .flatten_event(true)
                    .without_time()
                    .with_target(false)
                    .with_writer(AtOnce(output.clone()));
                registry.with(layer).into()
            }
            Self::Journald => {
                let layer = tracing_journald::layer()?.with_field_prefix(Some("SIP".to_owned()));
                registry.with(layer).into()
            }
        })
    }
}

/// Hands on each event as soon as it is written.
#[derive(Clone)]
struct AtOnce(Output);

impl io::Write for AtOnce {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.put(bytes);
        self.0.hand_on();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for AtOnce {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
