//! From a REFER to what NOTIFYs tell of it (RFC 3515).

use sipwhy_parser::{HeaderName, Message};

use crate::config::TIMEOUT;
use crate::ends::Ends;
use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::rules::Step;
use crate::timers::Timer;
use crate::transaction::Transaction;
use crate::transfer::{Outcome, Report, Transfer};

impl Engine {
    /// A REFER: keeps what it asks for, on the first hop in view.
    pub(super) fn note_transfer(
        &mut self,
        id: TransactionId,
        message: &Message<'_, '_>,
        ends: &Ends<'_>,
    ) {
        let (tag, _) = self.tags(ends);
        let thresholds = &self.world.config.thresholds;
        // Long enough to see a late report, too.
        let kept_for = thresholds.transfer_pending + TIMEOUT;
        let Some(transaction) = self.world.transactions.get_mut(id) else {
            return;
        };
        if transaction.parent.is_some() {
            return;
        }
        if let Some(transfer) = Transfer::asked_by(message, tag, kept_for) {
            let notes = transaction.notes.get_or_insert_default();
            notes.transfer = Some(Box::new(transfer));
        }
    }

    /// A NOTIFY: takes in what it tells of a transfer, on the first hop in view.
    pub(super) fn note_transfer_report(
        &mut self,
        id: TransactionId,
        message: &Message<'_, '_>,
        ends: &Ends<'_>,
    ) {
        let is_about_refer = message
            .value(HeaderName::Event)
            .and_then(|event| event.get(..5))
            .is_some_and(|package| package.eq_ignore_ascii_case(b"refer"));
        if !is_about_refer {
            return;
        }
        let Some(event) = message.event() else {
            return;
        };
        let Some(notify) = self.world.transaction(id) else {
            return;
        };
        if !event.package.eq_ignore_ascii_case(b"refer") || notify.parent.is_some() {
            return;
        }
        let report = Report::read(message, notify.began(), notify.flow);
        let (_, tag) = self.tags(ends);
        // RFC 3515 §2.4.6: the id is the CSeq of the REFER. Some write another, or none.
        let number = event.id().and_then(|id| std::str::from_utf8(id).ok());
        let number: Option<u32> = number.and_then(|id| id.parse().ok());
        let own = |it: &Transaction| it.transfer().is_some_and(|transfer| transfer.tag == tag);
        let refers = self.world.of_call(notify.call).filter(|(_, it)| own(it));
        let refer = refers.max_by_key(|(_, it)| (Some(it.cseq) == number, it.cseq));
        let refer = refer.map(|(refer, _)| refer);
        if let Some(refer) = refer {
            self.keep_report(refer, report.clone());
        }
        self.step(&Step::TransferReported {
            refer,
            notify: id,
            report: &report,
        });
    }

    /// The REFER is remembered for as long as there may be more to tell.
    fn keep_report(&mut self, id: TransactionId, report: Report) {
        let Some(refer) = self.world.transactions.get_mut(id) else {
            return;
        };
        let is_pending = refer.is_pending();
        let notes = refer.notes.as_mut();
        let Some(transfer) = notes.and_then(|notes| notes.transfer.as_deref_mut()) else {
            return;
        };
        let is_over = matches!(report.outcome(), Outcome::Succeeded | Outcome::Failed(_));
        let for_long = if is_over { TIMEOUT } else { transfer.kept_for };
        let until = report.at.time + for_long;
        transfer.newest = Some(report);
        if !is_pending {
            refer.expires = until;
            self.note_standing(id);
            self.timers.set(until, Timer::Transaction(id));
        }
    }
}
