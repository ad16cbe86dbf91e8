//! Where every step of the work leaves its results.

use sipwhy_parser::Scanner;
use sipwhy_tls::KeyLog;

use crate::counters::Counters;
use crate::hep::Lag;
use crate::{Captured, Config, Event};

/// What all steps of the work share.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) config: Config,
    pub(crate) keys: KeyLog,
    pub(crate) counters: Counters,
    pub(crate) lag: Lag,
    pub(crate) scanner: Scanner,
}

impl Common {
    /// What a step needs that tells its results to `sink`.
    pub(crate) const fn out<'a, S>(&'a mut self, sink: &'a mut S) -> Out<'a, S> {
        Out {
            config: &self.config,
            keys: &self.keys,
            counters: &mut self.counters,
            lag: &mut self.lag,
            scanner: &mut self.scanner,
            sink,
        }
    }
}

/// What every step of the work needs: the settings, and where its results go.
pub(crate) struct Out<'a, S> {
    pub(crate) config: &'a Config,
    pub(crate) keys: &'a KeyLog,
    pub(crate) counters: &'a mut Counters,
    pub(crate) lag: &'a mut Lag,
    pub(crate) scanner: &'a mut Scanner,
    pub(crate) sink: &'a mut S,
}

impl<S: FnMut(Event<'_>)> Out<'_, S> {
    pub(crate) fn tell(&mut self, event: Event<'_>) {
        (self.sink)(event);
    }

    /// Scans a message that was found, and tells of it.
    pub(crate) fn tell_message(&mut self, captured: Captured<'_>) {
        let message = self.scanner.scan(captured.bytes);
        (self.sink)(Event::Message(message, captured));
    }
}
