//! Response times and the figures of RFC 6076, by the host that was asked.

use sipwhy_annotator::{Peer, Timings};

use super::markup::Markup;
use crate::text::timings::{brief, remarks_of, series_of};

/// Hosts that are shown.
const MOST_SHOWN: usize = 50;

/// A table for each host, those that answered most first.
pub(super) fn write(out: &mut Markup, capture: Option<&str>, timings: &Timings) {
    let mut peers: Vec<&Peer> = timings.peers().iter().collect();
    peers.sort_by_key(|peer| std::cmp::Reverse(peer.response_time.count()));
    for peer in peers.iter().take(MOST_SHOWN) {
        write_peer(out, capture, peer);
    }
    if let Some(more @ 1..) = peers.len().checked_sub(MOST_SHOWN) {
        out.raw("<p class=\"faint\">… and ").show(more);
        out.raw(" more hosts; <code>--format json</code> has them all.</p>\n");
    }
}

fn write_peer(out: &mut Markup, capture: Option<&str>, peer: &Peer) {
    out.raw("<section class=\"peer\">\n<h3>");
    if let Some(capture) = capture {
        out.raw("<span class=\"capture\">")
            .text(capture)
            .raw("</span> ");
    }
    out.show(peer.address).raw("</h3>\n");
    let known = series_of(peer)
        .into_iter()
        .filter(|(_, series)| series.count() > 0);
    let known: Vec<_> = known.collect();
    if !known.is_empty() {
        out.raw("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">From request to</th>");
        for column in ["Count", "Min", "Median", "95 %", "Max"] {
            out.raw("<th scope=\"col\" class=\"number\">")
                .raw(column)
                .raw("</th>");
        }
        out.raw("</tr></thead>\n<tbody>\n");
        for (name, series) in known {
            out.raw("<tr><th scope=\"row\">")
                .raw(name)
                .raw("</th><td class=\"number\">");
            out.show(series.count()).raw("</td>");
            let spans = [
                series.shortest(),
                series.percentile(50),
                series.percentile(95),
                series.longest(),
            ];
            for span in spans {
                out.raw("<td class=\"number\">")
                    .text(&brief(span))
                    .raw("</td>");
            }
            out.raw("</tr>\n");
        }
        out.raw("</tbody></table></div>\n");
    }
    for (is_detail, remark) in remarks_of(peer) {
        out.paragraph(if is_detail { "faint" } else { "remark" }, &remark);
    }
    out.raw("</section>\n");
}
