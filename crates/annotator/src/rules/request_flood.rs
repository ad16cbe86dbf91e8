//! `request-flood`: a host sends far more requests than it ever did.

use crate::annotation::{Role, Severity};
use crate::ids::TransactionId;
use crate::rates::Burst;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::{host, span, with_article};

pub(super) static RULE: RequestFlood = RequestFlood;

static INFO: Info = Info {
    id: "request-flood",
    severity: Severity::Warning,
    summary: "a host sends another far more requests than ever before",
    page: include_str!("request-flood.md"),
    references: &["RFC 3261 §26.1.5", "RFC 5390"],
};

pub(super) struct RequestFlood;

impl Rule for RequestFlood {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Flooded]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        if let Step::Flooded { transaction, burst } = step {
            tell(*transaction, *burst, cx);
        }
    }
}

fn tell(id: TransactionId, burst: Burst, cx: &mut Context<'_>) {
    let Some(flow) = cx.transaction(id).map(|it| it.flow) else {
        return;
    };
    if !cx.is_news_of(
        flow.source.ip(),
        std::net::SocketAddr::new(flow.destination.ip(), 0),
    ) {
        return;
    }
    let Some(transaction) = cx.transaction(id) else {
        return;
    };
    let (client, server) = (host(flow.source.ip()), host(flow.destination.ip()));
    let Burst {
        requests,
        usual,
        window,
        known,
    } = burst;
    let mut draft = Draft::new(
        Severity::Warning,
        transaction.began().time,
        format!(
            "{client} floods {server} with requests: {requests} within {}",
            span(window)
        ),
    )
    .blame(flow.source.ip(), Role::Client);
    draft.explanation = format!(
        "In no {} of the {} before were there more than {usual}. The newest is {}; requests sent \
         again, those within calls, and those that a proxy passes on are not counted. It may be an \
         attack, a client that tries again without a pause, or many clients behind one address that \
         come back at once after a failure.",
        span(window),
        span(known),
        with_article(&transaction.method.to_string())
    );
    draft.help = vec![
        format!(
            "limit what {server} takes from one source (Kamailio: pike, or ratelimit; a firewall), \
             and let it answer 503 with Retry-After to those that it knows"
        ),
        "look at what the requests have in common: method, user, User-Agent".to_owned(),
    ];
    draft.evidence = vec![cx.world().request_evidence(transaction, "one of many")];
    cx.say_of(id, 1, draft);
}
