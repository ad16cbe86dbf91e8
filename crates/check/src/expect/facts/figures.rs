//! The figures of RFC 6076 of one call, by the names that `docs/timings.md` has for them.

use std::time::Duration;

use sipwhy_annotator::{End, Measured};
use sipwhy_packet::FrameId;

/// What was measured of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    all: [Option<(Duration, FrameId)>; FIGURES.len()],
    /// How many hops the INVITE crossed, as far as it was seen.
    pub(crate) hops: Option<u16>,
}

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Figure {
    /// Registration request delay (§4.1).
    Rrd,
    /// Session request delay (§4.3).
    Srd,
    /// Session disconnect delay (§4.4).
    Sdd,
    /// Session duration time (§4.5).
    Sdt,
}

/// All of them.
pub(crate) const FIGURES: [Figure; 4] = [Figure::Rrd, Figure::Srd, Figure::Sdd, Figure::Sdt];

impl Figure {
    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Rrd => "rrd",
            Self::Srd => "srd",
            Self::Sdd => "sdd",
            Self::Sdt => "sdt",
        }
    }
}

impl Figures {
    /// How long it was, and the frame that ended it.
    pub(crate) fn get(&self, figure: Figure) -> Option<(Duration, FrameId)> {
        self.all.get(figure as usize).copied().flatten()
    }

    fn set(&mut self, figure: Figure, span: Duration, frame: FrameId) {
        if let Some(own) = self.all.get_mut(figure as usize) {
            *own = Some((span, frame));
        }
    }

    /// Takes in what the final response in `frame` measured, as the records of calls do.
    pub(crate) fn add(&mut self, measured: &Measured, frame: FrameId) {
        match *measured {
            Measured::Registration { end, delay } => {
                if end == End::Success {
                    self.set(Figure::Rrd, delay, frame);
                }
            }
            Measured::Session { end, delay, hops } => {
                self.hops = Some(hops);
                if !matches!(end, End::Challenge | End::Redirection) {
                    self.set(Figure::Srd, delay, frame);
                }
            }
            Measured::Disconnect {
                end,
                delay,
                duration,
            } => {
                if end != End::Challenge {
                    self.set(Figure::Sdd, delay, frame);
                    if let Some(duration) = duration {
                        self.set(Figure::Sdt, duration, frame);
                    }
                }
            }
        }
    }
}
