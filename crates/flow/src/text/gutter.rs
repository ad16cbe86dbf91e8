//! What stands left of the lifelines: when, in which frame, and of which leg.

use std::time::Duration;

use sipwhy_packet::clock;

use super::{Ink, Line};
use crate::model::{Flow, Message};
use crate::relative::relative;
use crate::wrap::shorten;

/// Columns of a time: `12:00:01.003`.
const TIME: usize = 12;

/// The columns left of the lifelines.
pub(super) struct Gutter {
    frame: usize,
    /// Columns of the leg's number; 0 where there is but one leg.
    leg: usize,
    /// The frame whose time is absolute: the first.
    began: Option<sipwhy_packet::FrameId>,
}

impl Gutter {
    pub(super) fn of(flow: &Flow) -> Self {
        let frames = flow.messages().map(|it| flow.frame_name(it.frame).len());
        let has_legs = flow.legs.len() > 1;
        Self {
            frame: frames.max().unwrap_or(0).max(5),
            leg: if has_legs { 3 } else { 0 },
            began: flow.messages().next().map(|it| it.frame),
        }
    }

    pub(super) fn width(&self) -> usize {
        let leg = if self.leg > 0 { self.leg + 1 } else { 0 };
        TIME + 1 + self.frame + 1 + leg
    }

    /// What the columns are.
    pub(super) fn heading(&self) -> Line {
        let mut text = format!("{:>TIME$} {:>width$} ", "time", "frame", width = self.frame);
        if self.leg > 0 {
            text.push_str(&format!("{:>width$} ", "leg", width = self.leg));
        }
        Line::of(Ink::Faint, text)
    }

    pub(super) fn of_message(&self, message: &Message, flow: &Flow) -> Line {
        let time = if self.began == Some(message.frame) {
            clock::time_of_day(message.time)
        } else {
            relative(message.since(flow.began))
        };
        let frame = flow.frame_name(message.frame);
        let mut text = format!("{time:>TIME$} {frame:>width$} ", width = self.frame);
        if self.leg > 0 {
            let leg = message.leg + 1;
            text.push_str(&format!("{leg:>width$} ", width = self.leg));
        }
        Line::of(Ink::Faint, text)
    }

    pub(super) fn of_pause(&self, pause: Duration) -> Line {
        let width = self.width() - 1;
        let words = shorten(&sipwhy_annotator::words::span(pause), width);
        Line::of(
            Ink::Faint,
            format!("{:<width$} ", format!("{words:>TIME$}")),
        )
    }
}
