//! `registration-lapsed`: a registration ran out, and then a call failed for it.

use std::net::IpAddr;

use sipwhy_parser::{Address, Message, Uri};

use crate::annotation::{Role, Severity, Verdict};
use crate::auth::generator;
use crate::registrations::{Registration, address_of_record};
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind, code_label};
use crate::transaction::Transaction;
use crate::words::{host, span};
use crate::world::World;

pub(super) static RULE: RegistrationLapsed = RegistrationLapsed;

static INFO: Info = Info {
    id: "registration-lapsed",
    severity: Severity::Warning,
    summary: "a registration was not refreshed, and a call to it then failed",
    page: include_str!("registration-lapsed.md"),
    references: &["RFC 3261 §10.2.4", "RFC 3261 §10.3", "RFC 3261 §21.4.18"],
};

const TOLD: u8 = 1;

pub(super) struct RegistrationLapsed;

impl Rule for RegistrationLapsed {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Refused]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Ended {
            transaction: id,
            code: 404 | 480,
            message,
            ..
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(invite) = world.transaction(*id) else {
            return;
        };
        // Calls within a dialog go to a Contact, whatever is registered.
        if !invite.is_invite() || invite.in_dialog || world.parent(invite).is_some() {
            return;
        }
        let Some(lapsed) = lapsed(world, invite, message) else {
            return;
        };
        if let Some(draft) = describe(world, invite, &lapsed) {
            cx.say_of(*id, TOLD, draft);
        }
    }
}

/// The registration of whoever was called, if it had run out when the call began.
fn lapsed(world: &World, invite: &Transaction, message: &Message<'_, '_>) -> Option<Registration> {
    let began = invite.request?.time;
    let refuser = generator(world, invite).server();
    let is_place = |registration: &&Registration| {
        let serves = |host: IpAddr| host == refuser;
        serves(registration.registrar) || serves(registration.flow.destination.ip())
    };
    let called = Uri::parse(&invite.uri);
    let named = message.to().and_then(Address::parsed_uri);
    let uris = called.into_iter().chain(named);
    uris.filter_map(|uri| {
        world
            .registrations
            .get(address_of_record(&world.keys, &uri)?)
    })
    .filter(is_place)
    .find(|registration| registration.granted > 0 && registration.until() < began)
    .copied()
}

fn describe(world: &World, invite: &Transaction, lapsed: &Registration) -> Option<Draft> {
    let answer = invite.outcome.as_ref()?;
    let client = lapsed.flow.source.ip();
    let late = invite.began().time.since(lapsed.until());
    let mut draft = Draft::new(
        Severity::Warning,
        answer.at.time,
        format!(
            "the registration of {} had run out {} before this call failed with {}",
            host(client),
            span(late),
            code_label(answer.code)
        ),
    )
    .blame(client, Role::Client);
    draft.explanation = format!(
        "{} granted it for {} s, and no REGISTER for this address of record was accepted in all \
         the time since. So {} no longer knows where to send the call.",
        host(lapsed.registrar),
        lapsed.granted,
        host(lapsed.registrar)
    );
    if let Some(loss) = world.losses.touching(client, lapsed.at.time) {
        draft.verdict = Verdict::Inconclusive;
        draft.explanation.push_str(&format!(
            " But {}, so a registration may have been missed.",
            loss.words()
        ));
    }
    draft.help = vec![
        format!("look whether {client} runs, has its network, and when it last tried to register"),
        "make clients refresh well before the expiry, such as at half of it".to_owned(),
    ];
    let granted = format!("200 to REGISTER: granted for {} s", lapsed.granted);
    draft.evidence = vec![
        Some(world.said_evidence(lapsed.at, Some(lapsed.flow.reversed()), granted)),
        world.request_evidence(invite, "nobody is registered there now"),
        Some(world.response_evidence(invite, answer, "")),
    ];
    Some(draft)
}
