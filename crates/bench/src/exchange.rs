//! The scripts of everything that is not a call.

use crate::people::Registration;
use crate::script::{Credentials, Leg, Method, Party, Target, What, Writer};

/// A registration: the first is challenged, a refresh uses the nonce again, and now and then
/// the registrar calls that nonce stale. Gives what the phone remembers afterwards.
#[must_use]
pub fn register(writer: &mut Writer<'_>, before: Registration) -> Registration {
    let mut after = before;
    let known = before.cseq > 0;
    let challenged = !known || writer.rng.chance(120);
    if challenged {
        after.cseq += 1;
        after.uses += 1;
        after.nonce = writer.session.secret(7);
        let first = writer.open_first(Method::Register, after.cseq);
        let transaction = writer.transaction(first);
        transaction.target = Target::Server;
        transaction.challenge = (after.nonce, known);
        if known {
            transaction.credentials = Some(Credentials {
                nonce: before.nonce,
                uses: before.uses + 1,
            });
        }
        writer.send(first, What::Request, Leg::Near, Party::Caller);
        writer.relay();
        writer.send(first, What::Response(401), Leg::Near, Party::Proxy);
        writer.travel();
        after.uses = 0;
    }
    after.cseq += 1;
    after.uses += 1;
    let granted = writer.open_first(Method::Register, after.cseq);
    let transaction = writer.transaction(granted);
    transaction.target = Target::Server;
    transaction.credentials = Some(Credentials {
        nonce: after.nonce,
        uses: after.uses,
    });
    writer.send(granted, What::Request, Leg::Near, Party::Caller);
    writer.relay();
    writer.send(granted, What::Response(200), Leg::Near, Party::Proxy);
    after
}

/// A keep-alive: from the phone to the proxy, or the other way.
pub fn options(writer: &mut Writer<'_>) {
    let cseq = writer.rng.range(1, 20_000) as u32;
    let options = writer.open_first(Method::Options, cseq);
    if writer.rng.chance(500) {
        writer.transaction(options).target = Target::Server;
        writer.send(options, What::Request, Leg::Near, Party::Caller);
        writer.relay();
        writer.send(options, What::Response(200), Leg::Near, Party::Proxy);
    } else {
        let transaction = writer.transaction(options);
        transaction.origin = Party::Proxy;
        transaction.target = Target::Contact;
        writer.send(options, What::Request, Leg::Far, Party::Proxy);
        writer.travel();
        writer.send(options, What::Response(200), Leg::Far, Party::Callee);
    }
}

/// A text message through the proxy.
pub fn message(writer: &mut Writer<'_>) {
    let cseq = writer.rng.range(1, 200) as u32;
    let message = writer.open_first(Method::Message, cseq);
    writer.request_through(message);
    writer.travel();
    writer.response_through(message, 200);
}
