//! TCP (RFC 9293): from segments to the SIP messages of a stream.

mod connection;
mod connections;
mod cutter;
mod direction;
mod segment;

pub(crate) use connections::Connections;
pub(crate) use segment::{Segment, parse};

use crate::counters::Counters;
use crate::{Config, Event};

/// What every step of the work needs: the settings, and where its results go.
pub(crate) struct Out<'a, S> {
    pub(crate) config: &'a Config,
    pub(crate) counters: &'a mut Counters,
    pub(crate) sink: &'a mut S,
}

impl<S: FnMut(Event<'_>)> Out<'_, S> {
    fn tell(&mut self, event: Event<'_>) {
        (self.sink)(event);
    }
}
