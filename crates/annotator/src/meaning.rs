//! What a message means in its place, in one line: the text of the annotated log.

use sipwhy_parser::{Message, StartLine, printable};

use crate::engine::{Part, Seen};
use crate::redirect::Fault;
use crate::transaction::Transaction;
use crate::words::{host, span};
use crate::world::World;

/// What `message` means in its place. The text is printable and has no line break.
#[must_use]
pub fn meaning(world: &World, seen: &Seen, message: &Message<'_, '_>) -> String {
    let text = match message.start_line() {
        StartLine::Status { code, .. } => response(world, seen, code),
        StartLine::Request { .. } => request(world, seen, message),
        StartLine::Malformed(_) => "not a SIP request or response line".to_owned(),
    };
    match seen.part {
        Part::Copy => format!("the same packet captured again; {text}"),
        Part::Retransmission => format!("sent again; {text}"),
        Part::Stray => format!("sent to an address that is not the client's; {text}"),
        Part::New | Part::Unmatched => text,
    }
}

fn response(world: &World, seen: &Seen, code: u16) -> String {
    let transaction = seen.transaction.and_then(|id| world.transaction(id));
    let Some(transaction) = transaction else {
        return format!(
            "{}; its request is not in view",
            sipwhy_catalogue::brief(code)
        );
    };
    match code {
        100 => trying(world, transaction),
        101..=199 => format!(
            "{}; the caller has waited {}",
            sipwhy_catalogue::brief(code),
            waited(transaction, world)
        ),
        200..=299 => success(transaction, code),
        300..=399 => redirection(world, transaction, code),
        401 | 407 => format!(
            "{} wants credentials; {} must send the {} again with them",
            host(transaction.server()),
            host(transaction.client()),
            transaction.method
        ),
        487 if transaction.cancelled.is_some() => {
            "the caller's CANCEL took effect; nothing to fix".to_owned()
        }
        _ => format!(
            "{}; {} ends here",
            sipwhy_catalogue::brief(code),
            match (transaction.is_invite(), transaction.in_dialog) {
                (true, false) => "this attempt to call".to_owned(),
                _ => format!("the {}", transaction.method),
            }
        ),
    }
}

fn waited(transaction: &Transaction, world: &World) -> String {
    span(world.now.since(transaction.began().time))
}

/// 100 says who has the request, and what is awaited next depends on what that hop did with it.
fn trying(world: &World, transaction: &Transaction) -> String {
    let hop = host(transaction.server());
    let method = &transaction.method;
    let onward = world.children(transaction).last().map(|(_, child)| child);
    let next = match onward {
        None => format!("still waiting for {hop} to pass it on or answer"),
        Some(child) if child.first_response.is_none() => {
            format!(
                "it was passed on to {}, which has not answered yet",
                host(child.server())
            )
        }
        Some(child) => {
            format!(
                "{} has it too; still waiting for ringing or an answer",
                host(child.server())
            )
        }
    };
    format!("{hop} has the {method}; {next}")
}

fn success(transaction: &Transaction, code: u16) -> String {
    if transaction.is_invite() {
        let what = if transaction.in_dialog {
            "the change is accepted"
        } else {
            "answered"
        };
        return format!("{what}; {} must now send ACK", host(transaction.client()));
    }
    match (transaction.method.to_string().as_str(), code) {
        ("BYE", _) => "the call is over".to_owned(),
        ("CANCEL", _) => {
            "the CANCEL arrived; the INVITE itself still gets its own answer, 487".to_owned()
        }
        ("REGISTER", _) => "registered".to_owned(),
        (method, 202) => format!(
            "{} took the {method} in; its outcome comes later",
            host(transaction.server())
        ),
        (method, _) => format!("the {method} succeeded"),
    }
}

fn redirection(world: &World, transaction: &Transaction, code: u16) -> String {
    let Some(redirect) = transaction.redirect.and_then(|id| world.redirect(id)) else {
        return sipwhy_catalogue::brief(code).to_owned();
    };
    let targets = redirect.target_list();
    match (&redirect.fault, code) {
        (Some(Fault::NoContact), _) => "it names no Contact, so it cannot be followed".to_owned(),
        (Some(Fault::Unreadable), _) => {
            "its Contact is no SIP URI, so it cannot be followed".into()
        }
        (Some(Fault::OtherScheme), _) => "its Contact is no SIP URI, but of another kind".into(),
        (Some(Fault::NamesSender), _) => {
            format!("its Contact {targets} is the sender itself: a loop")
        }
        (Some(Fault::Downgrade), _) => {
            format!("its Contact {targets} would drop the security that sips asks for")
        }
        (Some(Fault::CutOff), _) => "the capture cut its Contact off".to_owned(),
        (None, 305) => format!("must be repeated through {targets}"),
        (None, 301) => format!("moved for good; try {targets} now and from now on"),
        (None, 300) => format!("several places to choose from: {targets}"),
        (None, 380) => format!("no call this way; an alternative service is at {targets}"),
        (None, _) => format!("try {targets} instead"),
    }
}

fn request(world: &World, seen: &Seen, message: &Message<'_, '_>) -> String {
    let transaction = seen.transaction.and_then(|id| world.transaction(id));
    let Some(transaction) = transaction else {
        let is_ack = message.method() == Some(sipwhy_parser::Method::Ack);
        return match (is_ack, seen.part) {
            (true, Part::Unmatched) => "acknowledges an answer that is not in view".to_owned(),
            (true, _) => "the answer is acknowledged; the call is up".to_owned(),
            (false, _) => "belongs to nothing in view".to_owned(),
        };
    };
    let server = host(transaction.server());
    if message.method() == Some(sipwhy_parser::Method::Ack) {
        return "acknowledges the final answer; nothing more is due".to_owned();
    }
    let uri = printable(&transaction.uri);
    let passed_on = world.parent(transaction);
    match (
        transaction.method.to_string().as_str(),
        transaction.in_dialog,
    ) {
        _ if transaction.follows.is_some() => format!("repeats a redirected request, to {server}"),
        (method, _) if passed_on.is_some() => {
            format!(
                "{} passes the {method} on to {server}",
                host(transaction.client())
            )
        }
        ("INVITE", true) => "changes the call that is up".to_owned(),
        ("INVITE", false) if transaction.has_credentials => {
            format!("calls {uri} again, with credentials")
        }
        ("INVITE", false) => format!("calls {uri}; {server} is to answer"),
        ("BYE", _) => format!("{} ends the call", host(transaction.client())),
        ("CANCEL", _) => "the caller gives up before an answer".to_owned(),
        ("REGISTER", _) => format!("asks {server} to register {uri}"),
        ("OPTIONS", _) => format!("asks {server} whether it is there"),
        (method, _) => format!("{method} to {server}"),
    }
}
