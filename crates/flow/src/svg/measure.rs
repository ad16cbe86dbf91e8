//! Where everything stands, in pixels. Fonts differ, so that widths of text are estimates, on the
//! safe side.

use crate::model::{Flow, Host, Message};
use crate::wrap::columns;

/// A column of text of the usual size, about.
const COLUMN: usize = 8;
/// A column of small text.
const SMALL_COLUMN: usize = 7;
/// Between two lifelines, at least and at most.
const GAP: (usize, usize) = (112, 200);
/// What an arrow needs beside its label.
const ARROW: usize = 22;
/// No drawing is narrower, so that findings have room.
const NARROWEST: usize = 360;
/// Around everything.
pub(super) const MARGIN: usize = 12;

/// Where the columns of one flow stand.
pub(super) struct Measure {
    /// The first lifeline.
    first: usize,
    /// From one lifeline to the next.
    pub(super) gap: usize,
    /// Where the lifelines' side begins, right of the times.
    pub(super) gutter: usize,
    /// The whole.
    pub(super) width: usize,
}

impl Measure {
    pub(super) fn of(flow: &Flow) -> Self {
        let hosts = flow.hosts.len().max(1);
        let longest = flow.hosts.iter().map(host_columns).max().unwrap_or(0);
        let hops = flow.messages().filter_map(|message| {
            let hops = message.from.abs_diff(message.to);
            (label_width(message) + ARROW).checked_div(hops)
        });
        let wanted = hops.max().unwrap_or(0).max(longest * COLUMN + 16);
        let gap = wanted.clamp(GAP.0, GAP.1);
        let gutter = MARGIN + if flow.legs.len() > 1 { 96 } else { 84 };
        let side = (longest * COLUMN / 2 + 8).min(gap / 2);
        let first = gutter + side;
        let room = NARROWEST.saturating_sub(first + side + MARGIN);
        let gap = gap.max(room.checked_div(hosts - 1).unwrap_or(0));
        let last = first + (hosts - 1) * gap;
        Self {
            first,
            gap,
            gutter,
            width: (last + side + MARGIN).max(NARROWEST),
        }
    }

    /// Where a lifeline stands.
    pub(super) const fn at(&self, place: usize) -> usize {
        self.first + place * self.gap
    }

    /// Half the width of a host's box.
    pub(super) const fn half_box(&self) -> usize {
        let half = self.gap / 2 - 4;
        let side = self.first - self.gutter;
        if side < half { side } else { half }
    }

    /// Columns of text over so many pixels.
    pub(super) const fn columns(pixels: usize) -> usize {
        pixels / COLUMN
    }

    /// Columns of small text over so many pixels.
    pub(super) const fn small_columns(pixels: usize) -> usize {
        pixels / SMALL_COLUMN
    }
}

/// The longer of a host's two lines, in columns.
fn host_columns(host: &Host) -> usize {
    let name = host.name.as_deref().map_or(0, columns);
    columns(&host.socket()).max(name)
}

fn label_width(message: &Message) -> usize {
    columns(&message.title_within(usize::MAX)) * COLUMN
}
