//! ezk-sip-types's readings.

use bytes::Bytes;
use ezk_sip_types::header::typed::{
    Allow, AuthChallenge, AuthResponse, CSeq, Contact, Expires, FromTo, MaxForwards, RAck,
    Refresher, Replaces, RetryAfter, Routing, SessionExpires, SubscriptionState, Supported,
    Username, Via,
};
use ezk_sip_types::msg::{Line, MessageLine, PullParser};
use ezk_sip_types::uri::params::{Params, ParamsSpec};
use ezk_sip_types::uri::{NameAddr, SipUri, SipUriUserPart};
use ezk_sip_types::{Headers, Name};

use super::{Kind, Parts, Reading, challenge, credentials, host};

pub(super) fn read(kind: Kind, value: &str) -> Reading {
    // Of a Content-Type it has the text alone.
    if matches!(kind, Kind::Warning | Kind::ContentType) {
        return Reading::Untyped;
    }
    let source = Bytes::from(kind.message(value));
    Reading::of(message(&source).and_then(|(start, headers)| values(kind, &start, &headers)))
}

/// The start line and the headers, collected as ezk's own stack collects them.
fn message(source: &Bytes) -> Option<(MessageLine, Headers)> {
    let mut lines = PullParser::new(source, 0);
    let start = std::str::from_utf8(lines.next()?.ok()?).ok()?;
    let start: MessageLine = start.parse().ok()?;
    let mut headers = Headers::new();
    for line in lines {
        let line = std::str::from_utf8(line.ok()?).ok()?;
        let (_, line) = Line::parse(source, line).ok()?;
        headers.insert(line.name, line.value);
    }
    Some((start, headers))
}

fn values(kind: Kind, start: &MessageLine, headers: &Headers) -> Option<Vec<String>> {
    Some(match kind {
        Kind::RequestUri => match start {
            MessageLine::Request(line) => vec![uri(&line.uri).done()],
            MessageLine::Response(_) => return None,
        },
        Kind::Via => {
            let vias: Vec<Via> = headers.get_named().ok()?;
            vias.iter().map(via).collect()
        }
        Kind::From => {
            let from: FromTo = headers.get(Name::FROM).ok()?;
            let tag = from
                .tag
                .as_ref()
                .map(|tag| ("tag".to_owned(), Some(tag.to_string())));
            let params = tag.into_iter().chain(params(&from.params)).collect();
            vec![address(&from.uri, params)]
        }
        Kind::Contact => {
            let contacts: Vec<Contact> = headers.get_named().ok()?;
            contacts
                .iter()
                .map(|contact| address(&contact.uri, params(&contact.params)))
                .collect()
        }
        Kind::Route | Kind::RecordRoute => {
            let name = if kind == Kind::Route {
                Name::ROUTE
            } else {
                Name::RECORD_ROUTE
            };
            let routes: Vec<Routing> = headers.get(name).ok()?;
            routes
                .iter()
                .map(|route| address(&route.uri, params(&route.params)))
                .collect()
        }
        Kind::CSeq => {
            let cseq: CSeq = headers.get_named().ok()?;
            vec![format!("{} {}", cseq.cseq, cseq.method)]
        }
        Kind::MaxForwards => {
            let hops: MaxForwards = headers.get_named().ok()?;
            vec![hops.0.to_string()]
        }
        Kind::Expires => {
            let expires: Expires = headers.get_named().ok()?;
            vec![expires.0.to_string()]
        }
        Kind::RetryAfter => {
            let wait: RetryAfter = headers.get_named().ok()?;
            vec![wait.value.to_string()]
        }
        Kind::Allow => {
            let allow: Vec<Allow> = headers.get_named().ok()?;
            allow.iter().map(|method| method.0.to_string()).collect()
        }
        Kind::Supported => {
            let tags: Vec<Supported> = headers.get_named().ok()?;
            tags.iter().map(|tag| tag.0.to_string()).collect()
        }
        Kind::Challenge => {
            let AuthChallenge::Digest(auth) = headers.get(Name::WWW_AUTHENTICATE).ok()? else {
                return None;
            };
            let opaque = auth.opaque.as_deref();
            vec![challenge(&auth.realm, &auth.nonce, opaque, auth.stale)]
        }
        Kind::Credentials => {
            let AuthResponse::Digest(auth) = headers.get(Name::AUTHORIZATION).ok()? else {
                return None;
            };
            let (Username::Username(user) | Username::UsernameNonASCII(user)) = &auth.username;
            vec![credentials(
                user,
                &auth.realm,
                &auth.nonce,
                &auth.uri,
                &auth.response,
            )]
        }
        Kind::Replaces => {
            let dialog: Replaces = headers.get_named().ok()?;
            let early = if dialog.early_only { " early-only" } else { "" };
            let (call_id, to, from) = (&dialog.call_id, &dialog.to_tag, &dialog.from_tag);
            vec![format!("{call_id} to={to} from={from}{early}")]
        }
        Kind::SessionExpires => {
            let interval: SessionExpires = headers.get_named().ok()?;
            let refresher = match interval.refresher {
                Refresher::Unspecified => "",
                Refresher::Uas => " by the uas",
                Refresher::Uac => " by the uac",
            };
            vec![format!("{}{refresher}", interval.delta_secs)]
        }
        Kind::RAck => {
            let rack: RAck = headers.get_named().ok()?;
            vec![format!("{} {} {}", rack.rack, rack.cseq, rack.method)]
        }
        Kind::SubscriptionState => {
            let state: SubscriptionState = headers.get_named().ok()?;
            let parts = Parts(state.state.to_string())
                .part("expires", state.expires.map(|expires| expires.to_string()))
                .part("reason", state.reason.map(|reason| reason.to_string()));
            vec![parts.done()]
        }
        Kind::Warning | Kind::ContentType => return None,
    })
}

fn via(via: &Via) -> String {
    Parts::default()
        .part("transport", Some(&via.transport))
        .part("host", Some(host(&via.sent_by.host.to_string())))
        .part("port", via.sent_by.port.map(|port| port.to_string()))
        .params(params(&via.params))
        .done()
}

fn params<S: ParamsSpec>(params: &Params<S>) -> Vec<(String, Option<String>)> {
    // They cannot be walked: what is printed tells the names, and each can be asked for by its name.
    let printed = params.to_string();
    let names = printed.trim_start_matches([';', '?']).split([';', '&']);
    names
        .map(|param| param.split('=').next().unwrap_or_default())
        .filter(|name| !name.is_empty())
        .map(|name| {
            (
                name.to_owned(),
                params.get_val(name).map(ToString::to_string),
            )
        })
        .collect()
}

fn uri(uri: &SipUri) -> Parts {
    let (user, password) = match &uri.user_part {
        SipUriUserPart::Empty => (None, None),
        SipUriUserPart::User(user) => (Some(user.to_string()), None),
        SipUriUserPart::UserPw(both) => {
            (Some(both.user.to_string()), Some(both.password.to_string()))
        }
    };
    let headers = params(&uri.header_params);
    let headers: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or_default()))
        .collect();
    let parts = Parts::default()
        .part("scheme", Some(if uri.sips { "sips" } else { "sip" }))
        .part("user", user)
        .part("password", password)
        .part("host", Some(host(&uri.host_port.host.to_string())))
        .part("port", uri.host_port.port.map(|port| port.to_string()))
        .params(params(&uri.uri_params));
    parts.part("headers", (!headers.is_empty()).then(|| headers.join("&")))
}

fn address(name_addr: &NameAddr, params: Vec<(String, Option<String>)>) -> String {
    let display = name_addr.name.as_ref().map(|name| format!("\"{name}\" "));
    let uri = uri(&name_addr.uri).done();
    let parts = Parts(format!("{}<{uri}>", display.unwrap_or_default()));
    parts.params(params).done()
}
