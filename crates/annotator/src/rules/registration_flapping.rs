//! `registration-flapping`: a client registers again and again, far sooner than it has to.

use sipwhy_parser::HeaderName;

use crate::annotation::{Role, Severity};
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::{host, span, times};

pub(super) static RULE: RegistrationFlapping = RegistrationFlapping;

static INFO: Info = Info {
    id: "registration-flapping",
    severity: Severity::Warning,
    summary: "a client registers again and again, far sooner than it has to",
    page: include_str!("registration-flapping.md"),
    references: &["RFC 3261 §10.2.4", "RFC 3261 §10.2.1.1", "RFC 5626 §4.4"],
};

const TOLD: u8 = 1;

pub(super) struct RegistrationFlapping;

impl Rule for RegistrationFlapping {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::Reregistered]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::Reregistered {
            transaction: id,
            registration,
            message,
        } = step
        else {
            return;
        };
        let world = cx.world();
        let Some(register) = world.transaction(*id) else {
            return;
        };
        let Some(answer) = register.outcome.as_ref() else {
            return;
        };
        let client = registration.flow.source.ip();
        let during = registration.at.time.since(registration.early_since.time);
        let mut draft = Draft::new(
            Severity::Warning,
            registration.at.time,
            format!(
                "{} registered again {} within {}, though it need not for {} s",
                host(client),
                times(registration.early),
                span(during),
                registration.granted
            ),
        )
        .blame(client, Role::Client);
        draft.explanation = "Each time less than a quarter of what the registrar had granted was \
                             over. The client has lost its registration or its connection by its \
                             own account, restarts, or is told to register so often."
            .to_owned();
        if registration.changes > 0 {
            draft.explanation.push_str(&format!(
                " What is registered was another {} of these times: its address or port changes.",
                times(registration.changes)
            ));
        }
        draft.help = vec![
            format!("read the log of {client} at these times: restarts, network changes, timeouts"),
            "if it registers to keep a NAT binding open, use keep-alives (RFC 5626 §3.5) instead"
                .to_owned(),
        ];
        let mut proof = world.response_evidence(register, answer, "");
        let lines = [HeaderName::Expires, HeaderName::Contact];
        proof.quote.extend(
            lines
                .into_iter()
                .filter_map(|name| message.header(name))
                .map(|header| quote::header(message, &header, "")),
        );
        let first = world.said_evidence(
            registration.early_since,
            Some(registration.flow.reversed()),
            "the first of these registrations was accepted".to_owned(),
        );
        draft.evidence = vec![
            Some(first),
            world.request_evidence(register, "once more"),
            Some(proof),
        ];
        cx.say_of(*id, TOLD, draft);
    }
}
