//! What a rule can do: read the state, set a deadline, say something.

use std::net::{IpAddr, SocketAddr};

use sipwhy_packet::Timestamp;

use super::RULES;
use crate::annotation::{
    Annotation, CallRef, Evidence, QuotedLine, Responsible, Role, Severity, Verdict,
};
use crate::causes::{Links, Saying};
use crate::ids::{CallId, RuleIndex, TransactionId};
use crate::outbox::Outbox;
use crate::timers::{Timer, Timers};
use crate::transaction::{Said, Transaction};
use crate::world::World;

/// A rule's access to the engine.
pub struct Context<'e> {
    pub(crate) world: &'e mut World,
    pub(crate) timers: &'e mut Timers,
    pub(crate) outbox: &'e mut Outbox,
    pub(crate) rule: RuleIndex,
}

/// What a rule has to say; [`Context::say`] adds what every annotation has.
#[derive(Clone, Debug)]
pub struct Draft {
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub verdict: Verdict,
    /// When it became true.
    pub time: Timestamp,
    /// The call it is about.
    pub call: Option<CallRef>,
    /// The fault in one line.
    pub title: String,
    /// Why it is so, and what it means.
    pub explanation: String,
    /// Further legs of the call whose findings explain this one as well, by their numbers.
    pub legs: Vec<u64>,
    /// What to do.
    pub help: Vec<String>,
    /// The hop to look at.
    pub responsible: Option<Responsible>,
    /// The packets that prove it, in any order; `None`s are left out.
    pub evidence: Vec<Option<Evidence>>,
}

impl Draft {
    /// A draft that says `title` with certainty.
    #[must_use]
    pub fn new(severity: Severity, time: Timestamp, title: impl Into<String>) -> Self {
        Self {
            severity,
            verdict: Verdict::Confirmed,
            time,
            call: None,
            title: title.into(),
            explanation: String::new(),
            legs: Vec::new(),
            help: Vec::new(),
            responsible: None,
            evidence: Vec::new(),
        }
    }

    /// Adds a remedy.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Names the hop to look at.
    #[must_use]
    pub const fn blame(mut self, address: IpAddr, role: Role) -> Self {
        self.responsible = Some(Responsible { address, role });
        self
    }
}

impl Context<'_> {
    /// All state.
    #[must_use]
    pub fn world(&self) -> &World {
        self.world
    }

    /// The transaction, while it is remembered.
    #[must_use]
    pub fn transaction(&self, id: TransactionId) -> Option<&Transaction> {
        self.world.transaction(id)
    }

    /// Asks to be called again at `due`.
    pub fn set_deadline(&mut self, due: Timestamp, subject: TransactionId, stage: u8) {
        self.timers.set(
            due,
            Timer::Rule {
                rule: self.rule,
                subject,
                stage,
            },
        );
    }

    /// Whether this rule went as far as this stage of a refused try before this one.
    pub(crate) fn has_said_before(&self, id: TransactionId, stage: u8) -> bool {
        let mut before = self.world.refused_before(id);
        before.any(|(before, _)| self.said(before).is_some_and(|said| said.stage >= stage))
    }

    /// What this rule last said of a transaction.
    #[must_use]
    pub fn said(&self, subject: TransactionId) -> Option<Said> {
        let transaction = self.world.transaction(subject)?;
        transaction
            .notes
            .as_ref()?
            .said
            .iter()
            .copied()
            .find(|said| said.rule == self.rule)
    }

    /// Whether another rule has spoken of a transaction.
    #[must_use]
    pub fn is_told_by(&self, rule: &str, subject: &Transaction) -> bool {
        let said = subject.notes.as_ref().map(|notes| notes.said.as_slice());
        said.unwrap_or_default().iter().any(|said| {
            RULES
                .get(usize::from(said.rule.0))
                .is_some_and(|other| other.info().id == rule)
        })
    }

    /// Whether one of these rules has said something certain of the call.
    #[must_use]
    pub fn is_told_of_call(&self, call: CallId, rules: &[&str]) -> bool {
        let call = self.world.call(call);
        call.is_some_and(|call| self.outbox.causes.has_told(call.number, rules))
    }

    /// Whether this rule has spoken of the same request on another hop, or of this one: what
    /// proxies pass on is one fault.
    #[must_use]
    pub fn has_told(&self, subject: TransactionId) -> bool {
        let Some(own) = self.world.transaction(subject) else {
            return false;
        };
        let same = |other: &Transaction| other.cseq == own.cseq && other.method == own.method;
        self.world
            .of_call(own.call)
            .any(|(id, other)| same(other) && self.said(id).is_some())
            || self.said(subject).is_some()
    }

    /// Asks to see the answer once more on the hop before, even if it is passed back unchanged.
    pub(crate) fn look_again(&mut self, subject: TransactionId) {
        let transaction = self.world.transactions.get_mut(subject);
        if let Some(negotiation) = transaction.and_then(|it| it.negotiation.as_mut()) {
            negotiation.look_again = true;
        }
    }

    /// Keeps lines of a response with its transaction, for what may have to be said later.
    pub fn keep_lines(&mut self, subject: TransactionId, lines: Vec<QuotedLine>) {
        if let Some(transaction) = self.world.transactions.get_mut(subject) {
            transaction.notes.get_or_insert_default().kept_lines = lines;
        }
    }

    /// Whether a fault of form was not told of this call yet, by this sender or in these words.
    /// From now on it was.
    pub fn is_news_of_form(
        &mut self,
        call: Option<CallId>,
        check: &'static str,
        sender: IpAddr,
        says: &str,
    ) -> bool {
        self.world.malformed.is_news(call, check, sender, says)
    }

    /// Whether this rule did not tell of the two yet, or not for long. From now on it did.
    pub fn is_news_of(&mut self, one: IpAddr, other: SocketAddr) -> bool {
        let now = self.world.now;
        self.world.told.is_news(self.rule, one, other, now)
    }

    /// Says something about a transaction: a new finding, or, when this rule has spoken of it
    /// before, a further stage of the same one.
    pub fn say_of(&mut self, subject: TransactionId, stage: u8, draft: Draft) {
        let rule = self.rule;
        let known = self.said(subject);
        let finding = known.map_or_else(|| self.outbox.next_finding(), |said| said.finding);
        let worst = known.map_or(draft.severity, |said| said.worst.max(draft.severity));
        let Draft {
            verdict,
            responsible,
            ..
        } = draft;
        let call = self
            .world
            .transactions
            .get(subject)
            .map(|transaction| transaction.call);
        let call_ref = call.and_then(|call| self.world.call_ref(call));
        if let Some(transaction) = self.world.transactions.get_mut(subject) {
            let said = &mut transaction.notes.get_or_insert_default().said;
            said.retain(|said| said.rule != rule);
            said.push(Said {
                rule,
                finding,
                stage,
                worst,
                verdict,
                responsible,
            });
        }
        let draft = Draft {
            call: draft.call.or(call_ref),
            ..draft
        };
        self.send(finding, draft);
    }

    /// Says something that will have no further stage.
    pub fn say(&mut self, draft: Draft) {
        let finding = self.outbox.next_finding();
        self.send(finding, draft);
    }

    /// Says a further stage of what was given this number when it came up.
    pub(crate) fn say_under(&mut self, finding: u64, draft: Draft) {
        self.send(finding, draft);
    }

    fn send(&mut self, finding: u64, draft: Draft) {
        let Some(rule) = RULES.get(usize::from(self.rule.0)) else {
            return;
        };
        let info = rule.info();
        let mut evidence: Vec<Evidence> = draft.evidence.into_iter().flatten().collect();
        evidence.sort_by_key(|item| item.frame);
        evidence.dedup_by(|later, earlier| later.frame == earlier.frame);
        let policy = &self.world.config.policy;
        if policy.is_excepted(info.id, draft.responsible, &evidence) {
            return;
        }
        let severity = policy.severity(info.id, draft.severity, draft.verdict);
        let call = draft.call.as_ref().map(|call| call.number);
        let links = call.map(|call| {
            let saying = Saying {
                rule: info.id,
                finding,
                verdict: draft.verdict,
                causes: rule.caused_by(),
                legs: &draft.legs,
            };
            self.outbox.causes.note(call, saying)
        });
        let Links { root, explains } = links.unwrap_or_default();
        self.outbox.push(Annotation {
            rule: info.id,
            finding,
            caused_by: root,
            explains,
            severity,
            verdict: draft.verdict,
            time: draft.time,
            call: draft.call,
            title: draft.title,
            explanation: draft.explanation,
            help: draft.help,
            responsible: draft.responsible,
            evidence,
            references: info.references,
        });
    }
}
