//! The figures of RFC 6076 of one call.

use std::time::Duration;

use sipwhy_annotator::{End, Measured};
use sipwhy_packet::FrameId;

use crate::model::{FigureDifference, Said};
use crate::tolerance::Tolerance;

/// A figure, and the response that completed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) time: Duration,
    pub(crate) frame: FrameId,
}

/// What was measured at this response.
pub(crate) fn of(measured: Measured, frame: FrameId) -> impl Iterator<Item = Figure> {
    let (name, time, more) = match measured {
        Measured::Registration { end, delay } => {
            let name = match end {
                End::Success => Some("registration request delay (RRD)"),
                _ => None,
            };
            (name, delay, None)
        }
        Measured::Session { end, delay, .. } => {
            let name = match end {
                End::Success => Some("session request delay (SRD)"),
                End::Failure(_) | End::Silence => {
                    Some("session request delay (SRD) of a call that failed")
                }
                End::Challenge | End::Redirection => None,
            };
            (name, delay, None)
        }
        Measured::Disconnect {
            end,
            delay,
            duration,
        } => {
            let name = match end {
                End::Challenge => None,
                _ => Some("session disconnect delay (SDD)"),
            };
            (name, delay, duration.filter(|_| name.is_some()))
        }
    };
    let first = name.map(|name| Figure { name, time, frame });
    let more = more.map(|time| Figure {
        name: "session duration (SDT)",
        time,
        frame,
    });
    first.into_iter().chain(more)
}

/// The figures that differ: the first of a name of one call is compared with the first of the
/// other, and so on. What one call alone has is told by its messages.
pub(crate) fn differences(
    good: &[Figure],
    bad: &[Figure],
    tolerance: Tolerance,
) -> Vec<FigureDifference> {
    let mut left: Vec<&Figure> = bad.iter().collect();
    let mut differences = Vec::new();
    for figure in good {
        let Some(at) = left.iter().position(|it| it.name == figure.name) else {
            continue;
        };
        let other = left.remove(at);
        if tolerance.tells_apart(figure.time, other.time) {
            differences.push(FigureDifference {
                name: figure.name,
                good: Said::new(figure.time, figure.frame),
                bad: Said::new(other.time, other.frame),
            });
        }
    }
    differences
}
