//! What is known of TLS sessions, whether they could be decrypted or not.

use sipwhy_packet::{Flow, TlsReason, TlsSession};
use sipwhy_parser::printable;
use sipwhy_pipeline::Summary;

use crate::losses::tls_words;

/// The sessions that have something to do with SIP: it is expected in them, or they were opened
/// with a key.
pub(crate) fn sessions(summary: &Summary) -> impl Iterator<Item = &TlsSession> {
    let sessions = summary.packet.tls.iter();
    sessions.filter(|session| session.is_sip() || session.decrypted > 0)
}

/// A session of which something is to be told to people: it could not be read, or failed.
pub(crate) fn words(session: &TlsSession) -> Option<String> {
    if session.undecrypted == 0 && session.alert.is_none() {
        return None;
    }
    let facts = &session.facts;
    let Flow {
        source,
        destination,
        ..
    } = session.flow();
    let mut known = Vec::new();
    known.extend(facts.version.map(|version| version.to_string()));
    known.extend(facts.cipher_suite.map(|suite| suite.to_string()));
    known.extend(
        facts
            .server_name
            .as_deref()
            .map(|name| format!("for {}", shown(name))),
    );
    known.extend(
        facts
            .alpn
            .as_deref()
            .map(|name| format!("protocol {}", shown(name))),
    );
    let certificate = facts.server_certificate.as_ref();
    known.extend(certificate.map(|it| format!("certificate of {}", shown(&it.subject))));
    if facts.resumed == Some(true) {
        known.push("resumed".to_owned());
    }
    let mut text = format!("{source} → {destination}: ");
    if known.is_empty() {
        text.push_str("its handshake was not captured");
    } else {
        text.push_str(&known.join(", "));
    }
    if let Some((flow, alert)) = &session.alert {
        let name = alert.name().map_or_else(
            || format!("number {}", alert.description),
            |name| name.replace('_', " "),
        );
        text.push_str(&format!("; {} sent the alert \"{name}\"", flow.source));
    }
    if let Some(reason) = session.reason {
        text.push_str(&format!(
            "; {} bytes not decrypted, {}",
            session.undecrypted,
            tls_words(reason)
        ));
    }
    Some(text)
}

/// Whether a session would have been decrypted with its key.
pub(crate) fn wants_key(session: &TlsSession) -> bool {
    session.reason == Some(TlsReason::NoKey)
}

/// A text from the wire, with nothing in it that a terminal would obey.
pub(crate) fn shown(text: &str) -> String {
    printable(text.as_bytes()).into_owned()
}
