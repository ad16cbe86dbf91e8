//! Where every step of the work leaves its results.

use sipwhy_tls::KeyLog;

use crate::counters::Counters;
use crate::hep::Lag;
use crate::{Config, Event};

/// What every step of the work needs: the settings, and where its results go.
pub(crate) struct Out<'a, S> {
    pub(crate) config: &'a Config,
    pub(crate) keys: &'a KeyLog,
    pub(crate) counters: &'a mut Counters,
    pub(crate) lag: &'a mut Lag,
    pub(crate) sink: &'a mut S,
}

impl<S: FnMut(Event<'_>)> Out<'_, S> {
    pub(crate) fn tell(&mut self, event: Event<'_>) {
        (self.sink)(event);
    }
}
