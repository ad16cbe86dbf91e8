//! `route-set-ignored`: a request within a call leaves the way that the answer gave.

use sipwhy_packet::Captured;
use sipwhy_parser::{HeaderName, Message, Uri, printable};

use crate::annotation::{Evidence, Role, Severity};
use crate::ids::CallId;
use crate::moment::Moment;
use crate::quote;
use crate::route_set::{Departure, RouteSet};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::target::Target;
use crate::words::{host, socket};
use crate::world::World;

pub(super) static RULE: RouteSetIgnored = RouteSetIgnored;

static INFO: Info = Info {
    id: "route-set-ignored",
    severity: Severity::Warning,
    summary: "a request within a call does not take the way of the proxies that Record-Routed",
    page: include_str!("route-set-ignored.md"),
    references: &[
        "RFC 3261 §12.2.1.1",
        "RFC 3261 §12.1.2",
        "RFC 3261 §16.12.1",
    ],
};

pub(super) struct RouteSetIgnored;

impl Rule for RouteSetIgnored {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::OffRoute]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::OffRoute {
            call,
            route,
            departure,
            message,
            captured,
        } = step
        else {
            return;
        };
        if let Some(draft) = describe(cx.world(), *call, route, *departure, message, captured) {
            cx.say(draft);
        }
    }
}

fn describe(
    world: &World,
    call: CallId,
    route: &RouteSet,
    departure: Departure,
    message: &Message<'_, '_>,
    captured: &Captured<'_>,
) -> Option<Draft> {
    let wanted = route.uris();
    let first = wanted.first()?;
    let left_out = route.left_out(message).unwrap_or(first);
    let proxy = place(left_out);
    let client = host(route.end);
    let method = message.method()?;
    let method = printable(method.as_bytes());
    let next = Target::parse(first);
    let sockets = next.map(|next| next.sockets(&world.names));
    let passes_by = sockets.is_some_and(|sockets| {
        let goes_there = |it: &std::net::SocketAddr| it.ip() == captured.flow.destination.ip();
        !sockets.is_empty() && !sockets.iter().any(goes_there)
    });
    let (title, why, label) = match departure {
        Departure::Missing if passes_by => (
            format!(
                "{client} sent its {method} straight to {}, past {proxy}, which Record-Routed",
                socket(captured.flow.destination)
            ),
            format!(
                "It has no Route header, so it does not go through {}. What a proxy leaves out of \
                 its sight it cannot account for, bill or end, and a NAT or firewall may not let \
                 it through.",
                listed(&wanted)
            ),
            "the next hop of every request in the call",
        ),
        Departure::Missing => (
            format!("{client} sent its {method} to {proxy} without the Route of the call"),
            "It has no Route header. The proxy cannot tell it from a request outside any call and \
             may refuse it, drop it, or route it as a new one."
                .to_owned(),
            "belongs into Route",
        ),
        Departure::Reversed => (
            format!("{client} put the proxies of the call into Route in the wrong order"),
            "The caller names them from the last Record-Route to the first, the callee from the \
             first to the last. The wrong way round the request goes to the far proxy first."
                .to_owned(),
            "the first in Route",
        ),
        Departure::Different => (
            format!("{client} put a Route into its {method} that leaves out {proxy}"),
            format!(
                "Route has to name {} exactly, as the 2xx gave them. An entry that looks like one \
                 too many is none: a proxy between two networks or transports Record-Routes once \
                 for each side.",
                listed(&wanted)
            ),
            "the first in Route",
        ),
        Departure::StrictToLoose => (
            format!(
                "{client} sent its {method} as to a strict router, but {} is a loose one",
                place(first)
            ),
            "It put the proxy's URI in place of the Request-URI and the far end's at the end of \
             Route. With ;lr in the proxy's URI the Request-URI has to stay the far end's (RFC \
             3261 §12.2.1.1), and not every proxy repairs that (§16.4)."
                .to_owned(),
            ";lr: a loose router",
        ),
        Departure::LooseToStrict => (
            format!(
                "{client} sent its {method} as to a loose router, but {} is a strict one",
                place(first)
            ),
            "The proxy's URI has no ;lr, so it expects itself in the Request-URI and the far end \
             at the end of Route, as in RFC 2543. It takes what it finds in the Request-URI for \
             the next hop, and the rest of Route is lost."
                .to_owned(),
            "no ;lr: a strict router",
        ),
    };
    let mut draft =
        Draft::new(Severity::Warning, captured.time, title).blame(route.end, Role::Client);
    draft.call = world.call_ref(call);
    draft.explanation = why;
    draft.help = match departure {
        Departure::LooseToStrict => vec![
            format!("let {} add ;lr to its Record-Route", place(first)),
            format!("let {client} follow RFC 3261 §12.2.1.1 for routes without ;lr"),
        ],
        _ => vec![format!(
            "let {client} keep the Record-Route of the 2xx (of the INVITE, if it was called) for \
             the whole call and put it into Route of each request, ACK and BYE included"
        )],
    };
    let answer = Evidence {
        frame: route.at.frame(),
        time: route.at.time,
        flow: Some(route.flow),
        quote: route.lines(label),
    };
    draft.evidence = vec![Some(answer), Some(request(message, captured))];
    Some(draft)
}

/// The request and its Route as evidence.
fn request(message: &Message<'_, '_>, captured: &Captured<'_>) -> Evidence {
    let at = Moment::from(captured);
    let label = if message.has(HeaderName::Route) {
        ""
    } else {
        "no Route"
    };
    let start = message.start_line_bytes();
    let mut lines = vec![if label.is_empty() {
        quote::plain(start)
    } else {
        quote::marked(start, message.request_uri().unwrap_or(start), label)
    }];
    for header in message.all(HeaderName::Route).take(4) {
        lines.push(quote::header(message, &header, "what it names"));
    }
    Evidence {
        frame: at.frame(),
        time: at.time,
        flow: Some(captured.flow),
        quote: lines,
    }
}

/// The host of a proxy's URI, with its port where that is not the usual one.
fn place(uri: &[u8]) -> String {
    let Some(uri) = Uri::parse(uri) else {
        return printable(uri).into_owned();
    };
    let host = quote::shorten(&printable(uri.host));
    match uri.port {
        Some(port) if port != 5060 => format!("{host}:{port}"),
        _ => host,
    }
}

/// The proxies in the order of Route.
fn listed(uris: &[&[u8]]) -> String {
    let places: Vec<String> = uris.iter().take(4).map(|uri| place(uri)).collect();
    places.join(", ")
}
