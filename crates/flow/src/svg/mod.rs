//! Call flows as SVG drawings: self-contained, without scripts, for light and dark.
//!
//! Each message is a group with an id of its own ([`frame_id`]), so that a page can link to it,
//! and classes that say what it is: `message`, its [`Kind`](crate::Kind), `leg-1`. Colours are CSS
//! variables, `--flow-page` and the like, on the class `sipwhy-flow`: a page that holds a drawing
//! may set them.

mod drawing;
mod escape;
mod inlay;
mod measure;

use std::fmt::Write as _;

use sipwhy_packet::FrameId;

use crate::collector::Flows;
use crate::model::Flow;
use drawing::{Drawn, draw};
use escape::escaped;
pub use inlay::{Inlay, Links};
use inlay::{Names, Unlinked};
use measure::MARGIN;

/// How every drawing looks: what stands in its `style`.
pub const STYLE: &str = include_str!("style.css");
/// From one flow to the next, in pixels.
const BETWEEN: usize = 28;
/// A line of the remarks below all, in pixels.
const REMARK: usize = 18;

/// What a message's group is called, by the frame that completed it: `frame-14`; of the second
/// input on, `frame-2-14`. Of several messages in one frame the first has it.
#[must_use]
pub fn frame_id(frame: FrameId) -> String {
    match frame.file {
        0 => format!("frame-{}", frame.number),
        file => format!("frame-{}-{}", u32::from(file) + 1, frame.number),
    }
}

/// One flow as a drawing.
#[must_use]
pub fn drawing(flow: &Flow) -> String {
    let drawn = draw(flow, &mut Names::new("", &Unlinked));
    let title = flow.title();
    whole(&title, drawn.width, drawn.height, &drawn.body)
}

/// All flows as one drawing, below each other.
#[must_use]
pub fn document(flows: &Flows) -> String {
    let mut names = Names::new("", &Unlinked);
    let mut body = String::new();
    let (mut width, mut height) = (0, 0);
    for flow in &flows.flows {
        let drawn: Drawn = draw(flow, &mut names);
        let top = if height == 0 { 0 } else { height + BETWEEN };
        let title = escaped(&flow.title());
        let _ = writeln!(
            body,
            r#"<g transform="translate(0 {top})"><title>{title}</title>"#
        );
        body.push_str(&drawn.body);
        body.push_str("</g>\n");
        width = width.max(drawn.width);
        height = top + drawn.height;
    }
    for sentence in flows.left_out.sentences() {
        height += REMARK;
        let sentence = escaped(&sentence);
        let _ = writeln!(
            body,
            r#"<text class="small" x="{MARGIN}" y="{height}">{sentence}</text>"#
        );
    }
    let title = match flows.flows.as_slice() {
        [flow] => flow.title(),
        flows => format!("{} calls", flows.len()),
    };
    whole(&title, width.max(MARGIN), height + MARGIN, &body)
}

/// A drawing of its own, with what is in it.
fn whole(title: &str, width: usize, height: usize, body: &str) -> String {
    let title = escaped(title);
    // On a narrow screen it shrinks, but not so far that it cannot be read.
    let least = width * 3 / 4;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="sipwhy-flow" width="{width}" height="{height}" viewBox="0 0 {width} {height}" style="max-width:100%;min-width:{least}px;height:auto" role="img">
<title>{title}</title>
<desc>Who sent what to whom, from top to bottom, and what was found where.</desc>
<style>
{STYLE}</style>
<rect class="page" fill="white" width="100%" height="100%"/>
{body}</svg>
"#
    )
}
