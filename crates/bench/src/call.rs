//! The scripts of calls: who says what when, for each scenario.

use crate::mix::Scenario;
use crate::people::{OUTBOUND, SERVER, Transport};
use crate::script::{Credentials, Leg, Method, Party, Target, Transaction, What, Writer};

const SECOND: u64 = 1_000_000;
/// RFC 3261's T1 in microseconds.
const T1: u64 = SECOND / 2;
/// Longer calls would only stretch the end of the capture.
const LONGEST_CALL: f64 = 120e6;

/// Writes one call.
pub fn write(scenario: Scenario, transport: Transport, writer: &mut Writer<'_>) {
    match scenario {
        Scenario::Answered => {
            let invite = first_invite(writer);
            talk(writer, invite);
        }
        Scenario::Authenticated => {
            let invite = authenticated_invite(writer);
            talk(writer, invite);
        }
        Scenario::Reinvited => {
            let invite = first_invite(writer);
            ring_and_answer(writer, invite);
            writer.wait(3 * SECOND, 15 * SECOND);
            reinvite(writer, invite);
            hang_up_later(writer, invite);
        }
        Scenario::Busy => refused_by_callee(writer, 486),
        Scenario::Unavailable => refused_by_callee(writer, 480),
        Scenario::NotFound => refused(writer, 404),
        Scenario::Overloaded => refused(writer, 503),
        Scenario::Cancelled => {
            let invite = first_invite(writer);
            ring(writer, invite);
            writer.wait(2 * SECOND, 20 * SECOND);
            cancel(writer, invite);
        }
        Scenario::NoAnswer => no_answer(writer),
        Scenario::InviteRepeated => invite_repeated(writer, transport),
        Scenario::AnswerRepeated => answer_repeated(writer),
        Scenario::Moved => moved(writer),
        Scenario::UseProxyObeyed => use_proxy_obeyed(writer),
        Scenario::UseProxyIgnored => use_proxy_ignored(writer),
        Scenario::UseProxyAbandoned => {
            let invite = first_invite(writer);
            writer.send(invite, What::Request, Leg::Near, Party::Caller);
            writer.travel();
            writer.refused_by_proxy(invite, 305);
            writer.hold(40);
        }
        Scenario::StuckNotForwarded => {
            let invite = first_invite(writer);
            tried(writer, invite);
            writer.hold(70);
        }
        Scenario::StuckNextHopSilent => stuck_next_hop_silent(writer, transport),
        Scenario::StuckChain => {
            let invite = first_invite(writer);
            tried(writer, invite);
            forward(writer, invite);
            writer.travel();
            writer.send(invite, What::Response(100), Leg::Far, Party::Callee);
            writer.hold(70);
        }
        Scenario::StuckCancelled => stuck_cancelled(writer),
    }
}

fn first_invite(writer: &mut Writer<'_>) -> u8 {
    let cseq = match writer.rng.below(3) {
        0 => 1,
        1 => 102,
        _ => writer.rng.range(1000, 30_000) as u32,
    };
    writer.open_first(Method::Invite, cseq)
}

/// The same INVITE again with the next CSeq, as after a challenge or a redirection.
fn next_invite(writer: &mut Writer<'_>, before: u8) -> u8 {
    let cseq = writer.transaction(before).cseq + 1;
    writer.open_first(Method::Invite, cseq)
}

/// INVITE and 100 on the near leg.
fn tried(writer: &mut Writer<'_>, invite: u8) {
    writer.send(invite, What::Request, Leg::Near, Party::Caller);
    writer.relay();
    writer.send(invite, What::Response(100), Leg::Near, Party::Proxy);
}

fn forward(writer: &mut Writer<'_>, invite: u8) {
    writer.relay();
    writer.send(invite, What::Request, Leg::Far, Party::Caller);
}

fn ring(writer: &mut Writer<'_>, invite: u8) {
    tried(writer, invite);
    forward(writer, invite);
    alert(writer, invite);
}

/// From the forwarded INVITE to the 180 at the caller's.
fn alert(writer: &mut Writer<'_>, invite: u8) {
    // Most phones send a 100 of their own; the quick ones ring at once.
    if writer.rng.chance(600) {
        writer.travel();
        writer.send(invite, What::Response(100), Leg::Far, Party::Callee);
        writer.wait(40_000, 400_000);
    } else {
        writer.wait(20_000, 150_000);
    }
    writer.response_through(invite, 180);
}

fn ring_and_answer(writer: &mut Writer<'_>, invite: u8) {
    ring(writer, invite);
    answer(writer, invite);
}

fn answer(writer: &mut Writer<'_>, invite: u8) {
    writer.wait(SECOND, 15 * SECOND);
    writer.response_through(invite, 200);
    writer.travel();
    acknowledge(writer, invite);
}

/// The ACK of a 2xx, through the proxy.
fn acknowledge(writer: &mut Writer<'_>, invite: u8) {
    let parent = *writer.transaction(invite);
    let ack = writer.open(Transaction {
        method: Method::Ack,
        target: Target::Contact,
        in_dialog: true,
        ..parent
    });
    writer.request_through(ack);
}

fn talk(writer: &mut Writer<'_>, invite: u8) {
    ring_and_answer(writer, invite);
    hang_up_later(writer, invite);
}

/// Opens a transaction within the dialog that `invite` set up.
fn in_dialog(writer: &mut Writer<'_>, method: Method, origin: Party, invite: u8) -> u8 {
    let parent = *writer.transaction(invite);
    let last = writer
        .session
        .transactions
        .iter()
        .filter(|t| t.origin == origin)
        .map(|t| t.cseq);
    let cseq = last.max().unwrap_or(200) + 1;
    let credentials = match (origin, parent.credentials) {
        (Party::Caller, Some(given)) => {
            let used = writer
                .session
                .transactions
                .iter()
                .filter(|t| t.method != Method::Ack);
            let used = used.filter_map(|t| t.credentials).map(|c| c.uses).max();
            Some(Credentials {
                uses: used.unwrap_or(0) + 1,
                ..given
            })
        }
        _ => None,
    };
    writer.open(Transaction {
        method,
        cseq,
        origin,
        target: Target::Contact,
        in_dialog: true,
        credentials,
        ..parent
    })
}

fn either_side(writer: &mut Writer<'_>) -> Party {
    if writer.rng.chance(550) {
        Party::Caller
    } else {
        Party::Callee
    }
}

fn reinvite(writer: &mut Writer<'_>, invite: u8) {
    let origin = either_side(writer);
    let again = in_dialog(writer, Method::Invite, origin, invite);
    writer.send(again, What::Request, Leg::Near, origin);
    writer.relay();
    writer.send(again, What::Response(100), Leg::Near, Party::Proxy);
    writer.relay();
    writer.send(again, What::Request, Leg::Far, origin);
    writer.travel();
    writer.response_through(again, 200);
    writer.travel();
    acknowledge(writer, again);
}

fn hang_up_later(writer: &mut Writer<'_>, invite: u8) {
    let talk = 3e6 + writer.rng.exponential(27e6);
    writer.now += talk.min(LONGEST_CALL) as u64;
    let origin = either_side(writer);
    let bye = in_dialog(writer, Method::Bye, origin, invite);
    writer.request_through(bye);
    writer.travel();
    writer.response_through(bye, 200);
}

fn authenticated_invite(writer: &mut Writer<'_>) -> u8 {
    let bare = first_invite(writer);
    writer.send(bare, What::Request, Leg::Near, Party::Caller);
    writer.relay();
    writer.refused_by_proxy(bare, 407);
    writer.wait(1_000, 8_000);
    let (nonce, _) = writer.transaction(bare).challenge;
    let invite = next_invite(writer, bare);
    writer.transaction(invite).credentials = Some(Credentials { nonce, uses: 1 });
    invite
}

fn refused(writer: &mut Writer<'_>, status: u16) {
    let invite = first_invite(writer);
    tried(writer, invite);
    writer.travel();
    writer.refused_by_proxy(invite, status);
}

/// The ACK from the proxy to the callee, the response onward, and the caller's ACK.
fn final_through(writer: &mut Writer<'_>, invite: u8, status: u16) {
    writer.send(invite, What::Response(status), Leg::Far, Party::Callee);
    writer.relay();
    writer.send(invite, What::HopAck, Leg::Far, Party::Callee);
    writer.relay();
    writer.send(invite, What::Response(status), Leg::Near, Party::Callee);
    writer.travel();
    writer.send(invite, What::HopAck, Leg::Near, Party::Callee);
}

fn refused_by_callee(writer: &mut Writer<'_>, status: u16) {
    let invite = first_invite(writer);
    if writer.rng.chance(400) {
        ring(writer, invite);
        writer.wait(SECOND, 8 * SECOND);
    } else {
        tried(writer, invite);
        forward(writer, invite);
        writer.wait(20_000, 120_000);
    }
    final_through(writer, invite, status);
}

/// CANCEL on one leg and the 200 to it.
fn cancel_leg(writer: &mut Writer<'_>, invite: u8, leg: Leg) {
    let (from, to) = match leg {
        Leg::Near => (Party::Caller, Party::Proxy),
        Leg::Far => (Party::Proxy, Party::Callee),
    };
    writer.send(invite, What::Cancel, leg, from);
    writer.travel();
    writer.send(invite, What::CancelDone, leg, to);
}

fn cancel(writer: &mut Writer<'_>, invite: u8) {
    cancel_leg(writer, invite, Leg::Near);
    writer.relay();
    cancel_leg(writer, invite, Leg::Far);
    writer.relay();
    final_through(writer, invite, 487);
}

fn no_answer(writer: &mut Writer<'_>) {
    let invite = first_invite(writer);
    ring(writer, invite);
    writer.now += 45 * SECOND;
    // The proxy gives up for the caller: 487 on the far leg, 480 of its own on the near one.
    cancel_leg(writer, invite, Leg::Far);
    writer.relay();
    writer.send(invite, What::Response(487), Leg::Far, Party::Callee);
    writer.relay();
    writer.send(invite, What::HopAck, Leg::Far, Party::Callee);
    writer.relay();
    writer.refused_by_proxy(invite, 480);
}

fn invite_repeated(writer: &mut Writer<'_>, transport: Transport) {
    let invite = first_invite(writer);
    writer.send(invite, What::Request, Leg::Near, Party::Caller);
    if transport == Transport::Udp {
        writer.now += T1;
        writer.send(invite, What::Request, Leg::Near, Party::Caller);
    }
    writer.relay();
    writer.send(invite, What::Response(100), Leg::Near, Party::Proxy);
    forward(writer, invite);
    alert(writer, invite);
    answer(writer, invite);
    hang_up_later(writer, invite);
}

fn answer_repeated(writer: &mut Writer<'_>) {
    let invite = first_invite(writer);
    ring(writer, invite);
    writer.wait(SECOND, 15 * SECOND);
    writer.response_through(invite, 200);
    // Accepted again after T1, over TCP as well (RFC 3261 section 13.3.1.4).
    writer.now += T1;
    writer.response_through(invite, 200);
    writer.travel();
    acknowledge(writer, invite);
    hang_up_later(writer, invite);
}

fn moved(writer: &mut Writer<'_>) {
    let first = first_invite(writer);
    tried(writer, first);
    writer.relay();
    writer.refused_by_proxy(first, 302);
    writer.wait(1_000, 20_000);
    let invite = next_invite(writer, first);
    writer.transaction(invite).target = Target::Contact;
    talk(writer, invite);
}

/// INVITE, 305 and ACK with the server; gives the INVITE that follows.
fn use_proxy(writer: &mut Writer<'_>) -> u8 {
    let first = first_invite(writer);
    writer.send(first, What::Request, Leg::Near, Party::Caller);
    writer.relay();
    writer.refused_by_proxy(first, 305);
    writer.wait(1_000, 20_000);
    next_invite(writer, first)
}

fn use_proxy_obeyed(writer: &mut Writer<'_>) {
    let invite = use_proxy(writer);
    writer.transaction(invite).proxy = OUTBOUND;
    talk(writer, invite);
}

fn use_proxy_ignored(writer: &mut Writer<'_>) {
    let again = use_proxy(writer);
    debug_assert_eq!(writer.transaction(again).proxy, SERVER);
    writer.send(again, What::Request, Leg::Near, Party::Caller);
    writer.relay();
    // A second 305 would be a second fault in one call; 403 keeps the count plain.
    writer.refused_by_proxy(again, 403);
}

fn stuck_next_hop_silent(writer: &mut Writer<'_>, transport: Transport) {
    let invite = first_invite(writer);
    tried(writer, invite);
    forward(writer, invite);
    if transport == Transport::Udp {
        // Timer A doubles from T1 until Timer B ends it at 64*T1.
        let start = writer.now;
        for doubled in 1..7 {
            let at = start + T1 * ((1 << doubled) - 1);
            writer.send_at(at, invite, What::Request, Leg::Far, Party::Caller);
        }
    }
    writer.hold(70);
}

fn stuck_cancelled(writer: &mut Writer<'_>) {
    let invite = first_invite(writer);
    tried(writer, invite);
    writer.wait(35 * SECOND, 50 * SECOND);
    cancel_leg(writer, invite, Leg::Near);
    writer.relay();
    writer.refused_by_proxy(invite, 487);
}
