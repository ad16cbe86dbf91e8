//! How findings are shown: text for people, a log to follow, JSON for programs, drawings of calls.
//!
//! A [`Report`] is an [`Observer`](sipwhy_pipeline::Observer): it is handed to the pipeline with
//! every frame, and told at the end what the capture held. Whatever the form, it writes to one
//! [`Output`], and each form is a module:
//!
//! ```text
//! Pipeline ─► Report ─┬─► text   grouped by call, wrapped, coloured
//!                     ├─► log    one line per message and annotation, flushed at once
//!                     ├─► json   one record per line, see docs/schema/
//!                     ├─► flow   the messages of calls, drawn by sipwhy-flow
//!                     └─► html   all of it in one page that loads nothing
//! ```
//!
//! What a live capture counts is there to be asked for, too ([`metrics`]).

mod ending;
mod filter;
mod flow;
mod html;
mod inputs;
mod json;
mod lint;
mod log;
mod logged;
mod losses;
mod metrics;
mod output;
mod overview;
mod packets;
mod part;
mod report;
mod selected;
mod span;
mod stats;
mod text;
mod tls;

pub use ending::{Dropped, Ending, Export, InputEnd};
pub use filter::{Expression, Filter};
pub use flow::{Flow, FlowForm, paint_lines};
pub use html::{
    Html, Part as HtmlPart, Parts as HtmlParts, Unmet as HtmlUnmet, UnmetRow as HtmlUnmetRow,
};
pub use inputs::Inputs;
pub use json::{
    CheckRecord, CheckedExpectation, CheckedFinding, ExpectedRow, GoneFinding, Json, With,
    annotation_record, schema,
};
pub use lint::{LintPlace, Lints, MOST_FAULTS};
pub use log::{Log, LogStyle};
pub use logged::{LineStyle, LoggedLine, show_foreign};
pub use losses::{Loss, losses};
pub use metrics::{ExportCounts, Histogram, InputCounts, LiveCounts, metrics};
pub use output::{Gathered, Output};
pub use packets::{LeftOut, Packets, packet_comments};
pub use report::Report;
pub use selected::Selected;
pub(crate) use sipwhy_packet::clock;
pub use sipwhy_packet::clock::{rfc3339_micros, rfc3339_nanos};
pub use span::parse_span;
pub use stats::{Stats, StatsCounts};
pub use text::{Layout, MOST_HELD, Order, Text};
