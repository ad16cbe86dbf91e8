//! rsip's readings.

use rsip::headers::ToTypedHeader;
use rsip::prelude::*;
use rsip::{Error, Header, Param, SipMessage, Uri};

use super::{Kind, Parts, Reading, challenge, credentials, host};

pub(super) fn read(kind: Kind, value: &str) -> Reading {
    let is_untyped = matches!(
        kind,
        Kind::RetryAfter
            | Kind::Supported
            | Kind::Replaces
            | Kind::SessionExpires
            | Kind::RAck
            | Kind::SubscriptionState
    );
    if is_untyped {
        return Reading::Untyped;
    }
    let written = kind.message(value);
    let read = SipMessage::try_from(written.as_bytes()).and_then(|message| values(kind, &message));
    Reading::of(read.ok())
}

fn values(kind: Kind, message: &SipMessage) -> Result<Vec<String>, Error> {
    let SipMessage::Request(request) = message else {
        return Err(Error::Unexpected("a response".into()));
    };
    if kind == Kind::RequestUri {
        return Ok(vec![uri(request.uri()).done()]);
    }
    let header = request.headers().iter().next();
    Ok(match header.ok_or(Error::Unexpected("no header".into()))? {
        Header::Via(via) => vec![via_value(&via.clone().typed()?)],
        Header::From(from) => {
            let from = from.clone().typed()?;
            vec![address(
                from.display_name.as_deref(),
                &from.uri,
                &from.params,
            )]
        }
        Header::Contact(contact) => {
            let contact = contact.clone().typed()?;
            let name = contact.display_name.as_deref();
            vec![address(name, &contact.uri, &contact.params)]
        }
        Header::Route(route) => route
            .clone()
            .typed()?
            .uris()
            .iter()
            .map(|route| address(None, &route.uri, &route.params))
            .collect(),
        Header::RecordRoute(route) => route
            .clone()
            .typed()?
            .uris()
            .iter()
            .map(|route| address(None, &route.uri, &route.params))
            .collect(),
        Header::CSeq(cseq) => {
            let cseq = cseq.clone().typed()?;
            vec![format!("{} {}", cseq.seq, cseq.method)]
        }
        Header::MaxForwards(hops) => vec![hops.num()?.to_string()],
        Header::Expires(expires) => vec![expires.seconds()?.to_string()],
        Header::Allow(allow) => {
            let methods = allow.clone().typed()?;
            methods.0.iter().map(ToString::to_string).collect()
        }
        Header::Warning(warning) => {
            let warning = warning.clone().typed()?;
            vec![format!("{} {} {}", warning.code, warning.uri, warning.text)]
        }
        Header::ContentType(kind) => {
            let printed = kind.clone().typed()?.to_string();
            let mut pieces = printed.split(';').map(str::trim);
            let name = Parts(pieces.next().unwrap_or_default().to_ascii_lowercase());
            let params = pieces.map(|param| match param.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (param, None),
            });
            vec![name.params(params).done()]
        }
        Header::WwwAuthenticate(auth) => {
            let auth = auth.clone().typed()?;
            let is_stale = auth
                .stale
                .is_some_and(|stale| stale.eq_ignore_ascii_case("true"));
            vec![challenge(
                &auth.realm,
                &auth.nonce,
                auth.opaque.as_deref(),
                is_stale,
            )]
        }
        Header::Authorization(auth) => {
            let auth = auth.clone().typed()?;
            let uri = auth.uri.to_string();
            vec![credentials(
                &auth.username,
                &auth.realm,
                &auth.nonce,
                &uri,
                &auth.response,
            )]
        }
        other => return Err(Error::Unexpected(other.to_string())),
    })
}

fn via_value(via: &rsip::typed::Via) -> String {
    let sent_by = via.sent_by();
    Parts::default()
        .part("transport", Some(via.transport.to_string()))
        .part("host", Some(host(&sent_by.host().to_string())))
        .part("port", sent_by.port().map(ToString::to_string))
        .params(params(&via.params))
        .done()
}

/// Names and values, as rsip prints them.
fn params(params: &[Param]) -> Vec<(String, Option<String>)> {
    let printed = params.iter().map(ToString::to_string);
    printed
        .map(|param| {
            let param = param.trim_start_matches(';');
            match param.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (param.to_owned(), None),
            }
        })
        .collect()
}

fn uri(uri: &Uri) -> Parts {
    let scheme = uri.scheme.as_ref().map(ToString::to_string);
    let auth = uri.auth.as_ref();
    Parts::default()
        .part(
            "scheme",
            scheme.map(|scheme| scheme.trim_end_matches(':').to_owned()),
        )
        .part("user", auth.map(|auth| &auth.user))
        .part("password", auth.and_then(|auth| auth.password.as_ref()))
        .part("host", Some(host(&uri.host().to_string())))
        .part("port", uri.port().map(ToString::to_string))
        .params(params(&uri.params))
}

fn address(display: Option<&str>, of: &Uri, with: &[Param]) -> String {
    let display = display.filter(|display| !display.is_empty());
    let display = display.map(|display| format!("\"{display}\" "));
    let parts = Parts(format!(
        "{}<{}>",
        display.unwrap_or_default(),
        uri(of).done()
    ));
    parts.params(params(with)).done()
}
