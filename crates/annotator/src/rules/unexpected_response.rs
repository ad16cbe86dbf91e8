//! `unexpected-response`: a response to a request that nobody sent.

use std::time::Duration;

use sipwhy_packet::{Captured, Timestamp};
use sipwhy_parser::{Message, StartLine};

use crate::annotation::{Evidence, Severity};
use crate::config::TIMEOUT;
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::words::host;
use crate::world::World;

pub(super) static RULE: UnexpectedResponse = UnexpectedResponse;

static INFO: Info = Info {
    id: "unexpected-response",
    severity: Severity::Note,
    summary: "a response matches no request, although the capture covers the time of its request",
    page: include_str!("unexpected-response.md"),
    references: &["RFC 3261 §17.1.3", "RFC 3261 §18.1.2"],
};

/// A request is answered within 64·T1 or not at all. As much again for a server that waited for
/// one of its own, as a proxy does.
const ANSWERED: Duration = Duration::from_secs(2 * TIMEOUT.as_secs());

pub(super) struct UnexpectedResponse;

impl Rule for UnexpectedResponse {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Unmatched]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Unmatched { message, captured } = step else {
            return;
        };
        let StartLine::Status { code, .. } = message.start_line() else {
            return;
        };
        // What cannot be read is malformed-message's.
        if message.top_via().is_none() || message.cseq().is_none() {
            return;
        }
        if !covers(cx.world(), captured) {
            return;
        }
        let (sender, receiver) = (captured.flow.source.ip(), captured.flow.destination);
        if cx.is_news_of(sender, receiver) {
            let draft = describe(message, captured, code);
            cx.say(draft);
        }
    }
}

/// Whether the request would have been seen, had there been one.
fn covers(world: &World, captured: &Captured<'_>) -> bool {
    let now = captured.time;
    let (sender, receiver) = (captured.flow.source.ip(), captured.flow.destination.ip());
    let since = now
        .as_nanos()
        .saturating_sub(u64::try_from(ANSWERED.as_nanos()).unwrap_or(u64::MAX));
    let since = Timestamp::from_nanos(since);
    world.began.is_some_and(|began| now.since(began) > ANSWERED)
        && world.vantage.sees_arrivals_at(sender)
        && world.vantage.sees_arrivals_at(receiver)
        && world.losses.touching(sender, since).is_none()
        && world.losses.touching(receiver, since).is_none()
        // A table that is full has given up requests.
        && world.transactions.len() < world.config.limits.transactions
}

fn describe(message: &Message<'_, '_>, captured: &Captured<'_>, code: u16) -> Draft {
    let method = message.cseq().map_or_else(String::new, |cseq| {
        sipwhy_parser::printable(cseq.method.as_bytes()).into_owned()
    });
    let (sender, receiver) = (captured.flow.source.ip(), captured.flow.destination);
    let mut draft = Draft::new(
        Severity::Note,
        captured.time,
        format!(
            "{} sent {receiver} a {} to a request that nobody sent",
            host(sender),
            code_label(code)
        ),
    );
    draft.explanation = format!(
        "No {method} with the branch of its topmost Via went to {} within the last {} s, though \
         the capture shows what reaches both. A client drops such a response. It comes very late, \
         or its Via was changed on the way, or somebody forged the request's source address. \
         Further ones from there are not told.",
        host(sender),
        ANSWERED.as_secs()
    );
    draft.help = vec![
        "compare branch and sent-by of the topmost Via with the requests before: a gateway that \
         rewrites them on one way only breaks every response"
            .to_owned(),
    ];
    let mut lines = vec![quote::plain(message.start_line_bytes())];
    if let Some(via) = message.header(sipwhy_parser::HeaderName::Via) {
        lines.push(quote::header(message, &via, "no request had this"));
    }
    draft.evidence = vec![Some(Evidence {
        frame: captured.last_frame,
        time: captured.time,
        flow: Some(captured.flow),
        quote: lines,
    })];
    draft
}
