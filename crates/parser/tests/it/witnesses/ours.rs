//! This crate's readings.

use sipwhy_parser::headers::{Refresher, SubscriptionStatus};
use sipwhy_parser::{Address, HeaderName, Message, Scanner, Scheme, Uri, Via};

use super::{Kind, Parts, Reading, challenge, credentials, host};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn read(kind: Kind, value: &str) -> Reading {
    let written = kind.message(value);
    let mut scanner = Scanner::new();
    Reading::of(values(kind, scanner.scan(written.as_bytes())))
}

fn values(kind: Kind, message: Message<'_, '_>) -> Option<Vec<String>> {
    Some(match kind {
        Kind::RequestUri => vec![uri(message.request_uri()?)?.done()],
        Kind::Via => all(message.values(HeaderName::Via), |value| {
            Via::parse(value).map(via)
        })?,
        Kind::From => vec![address(message.from()?)?],
        Kind::Contact => all(message.values(HeaderName::Contact), |value| match value {
            b"*" => Some("*".to_owned()),
            value => Address::parse(value).and_then(address),
        })?,
        Kind::Route | Kind::RecordRoute => {
            let name = if kind == Kind::Route {
                HeaderName::Route
            } else {
                HeaderName::RecordRoute
            };
            all(message.values(name), |value| {
                Address::parse(value).and_then(address)
            })?
        }
        Kind::CSeq => {
            let cseq = message.cseq()?;
            vec![format!("{} {}", cseq.number, cseq.method)]
        }
        Kind::MaxForwards => vec![message.max_forwards()?.to_string()],
        Kind::Expires => vec![message.seconds(HeaderName::Expires)?.to_string()],
        Kind::RetryAfter => vec![message.retry_after_secs()?.to_string()],
        Kind::Allow => message.values(HeaderName::Allow).map(text).collect(),
        Kind::Supported => message.values(HeaderName::Supported).map(text).collect(),
        Kind::Warning => message
            .warnings()
            .map(|warning| {
                format!(
                    "{} {} {}",
                    warning.code,
                    text(warning.agent),
                    text(warning.text)
                )
            })
            .collect(),
        Kind::ContentType => {
            let media = message.content_type()?;
            let name = format!("{}/{}", text(media.kind), text(media.subtype));
            let name = Parts(name.to_ascii_lowercase());
            vec![name.params(params(media.params)).done()]
        }
        Kind::Challenge => message
            .challenges(HeaderName::WwwAuthenticate)
            .map(|auth| {
                let opaque = auth.params.get("opaque").map(text);
                let (realm, nonce) = (text(auth.realm()?), text(auth.nonce()?));
                Some(challenge(
                    &realm,
                    &nonce,
                    opaque.as_deref(),
                    auth.is_stale(),
                ))
            })
            .collect::<Option<_>>()?,
        Kind::Credentials => {
            let auth = message.credentials(HeaderName::Authorization).next()?;
            let of = |value: Option<&[u8]>| value.map(text);
            vec![credentials(
                &of(auth.username())?,
                &of(auth.realm())?,
                &of(auth.nonce())?,
                &of(auth.uri())?,
                &of(auth.response())?,
            )]
        }
        Kind::Replaces => {
            let dialog = message.replaces()?;
            let (to, from) = (dialog.to_tag()?, dialog.from_tag()?);
            let early = dialog.is_early_only().then_some(" early-only");
            let [call_id, to, from] = [dialog.call_id, to, from].map(text);
            vec![format!(
                "{call_id} to={to} from={from}{}",
                early.unwrap_or_default()
            )]
        }
        Kind::SessionExpires => {
            let interval = message.session_expires()?;
            let refresher = match interval.refresher {
                Some(Refresher::Uac) => " by the uac",
                Some(Refresher::Uas) => " by the uas",
                None => "",
            };
            vec![format!("{}{refresher}", interval.seconds)]
        }
        Kind::RAck => {
            let rack = message.rack()?;
            vec![format!("{} {} {}", rack.response, rack.number, rack.method)]
        }
        Kind::SubscriptionState => {
            let state = message.subscription_state()?;
            let status = match state.status {
                SubscriptionStatus::Active => "active".to_owned(),
                SubscriptionStatus::Pending => "pending".to_owned(),
                SubscriptionStatus::Terminated => "terminated".to_owned(),
                SubscriptionStatus::Other(other) => text(other),
            };
            let parts = Parts(status)
                .part(
                    "expires",
                    state.expires().map(|expires| expires.to_string()),
                )
                .part("reason", state.reason().map(text));
            vec![parts.done()]
        }
    })
}

/// All values, or none where one cannot be read: the witnesses give up on the whole then too.
fn all<'a>(
    values: impl Iterator<Item = &'a [u8]>,
    read: impl Fn(&'a [u8]) -> Option<String>,
) -> Option<Vec<String>> {
    let values: Vec<String> = values.map(read).collect::<Option<_>>()?;
    (!values.is_empty()).then_some(values)
}

fn via(via: Via<'_>) -> String {
    Parts::default()
        .part("transport", Some(text(via.transport)))
        .part("host", Some(host(&text(via.host))))
        .part("port", via.port.map(|port| port.to_string()))
        .params(params(via.params))
        .done()
}

fn params(params: sipwhy_parser::Params<'_>) -> Vec<(String, Option<String>)> {
    let params = params.iter();
    params
        .map(|(name, value)| (text(name), value.map(text)))
        .collect()
}

fn uri(bytes: &[u8]) -> Option<Parts> {
    let uri = Uri::parse(bytes)?;
    let scheme = match uri.scheme {
        Scheme::Sip => "sip",
        Scheme::Sips => "sips",
        // The witnesses know no others; what they would have to say of them is how they begin.
        _ => return Some(Parts::default().part("uri", Some(text(bytes)))),
    };
    let headers = text(uri.headers);
    let parts = Parts::default()
        .part("scheme", Some(scheme))
        .part("user", uri.user.map(text))
        .part("password", uri.password.map(text))
        .part("host", Some(host(&text(uri.host))))
        .part("port", uri.port.map(|port| port.to_string()))
        .params(params(uri.params));
    Some(parts.part("headers", (!headers.is_empty()).then_some(headers)))
}

fn address(address: Address<'_>) -> Option<String> {
    let display = address
        .display
        .map(|display| format!("\"{}\" ", text(display)));
    let uri = uri(address.uri)?.done();
    let parts = Parts(format!("{}<{uri}>", display.unwrap_or_default()));
    Some(parts.params(params(address.params)).done())
}
