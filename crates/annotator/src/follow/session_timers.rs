//! From the answers to INVITE and UPDATE to how long a session lasts (RFC 4028).

use sipwhy_packet::Flow;
use sipwhy_parser::{HeaderName, Message, Method};

use crate::call::Dialog;
use crate::dialog_ends::Numbered;
use crate::ends::Ends;
use crate::engine::Engine;
use crate::ids::TransactionId;
use crate::method::MethodName;
use crate::session_timer::{Refresh, SessionTimer};
use crate::transaction::Received;

impl Engine {
    /// The first final response to a request came: keeps what it says of the session.
    pub(super) fn note_session_timer(
        &mut self,
        id: TransactionId,
        received: Received,
        message: &Message<'_, '_>,
    ) {
        let Some(request) = self.world.transactions.get(id) else {
            return;
        };
        if !request.is_invite() && request.method != MethodName::Known(Method::Update) {
            return;
        }
        let is_taken = received.code < 300;
        if !(request.in_dialog || is_taken && message.has(HeaderName::SessionExpires)) {
            return;
        }
        let (from, to) = self.tags(&Ends::of(message));
        let call = self.world.calls.get_mut(request.call);
        let Some(dialog) = call.and_then(|call| call.dialog_mut(from, to)) else {
            return;
        };
        let by_caller = dialog.from_tag == from;
        if is_taken {
            let timer = SessionTimer::agreed(message, request, by_caller, received.at);
            let earlier = dialog.timer.take();
            dialog.timer = timer.map(|mut timer| {
                if let Some(earlier) = earlier {
                    timer.follow(&earlier);
                }
                Box::new(timer)
            });
        } else if let Some(tried) = dialog.timer.as_mut().and_then(|it| it.tried.as_mut())
            && (tried.cseq, tried.by_caller) == (request.cseq, by_caller)
        {
            tried.refusal.get_or_insert((received, request.server()));
        }
    }
}

impl Dialog {
    /// A request of one end, on the first hop in view: it may prolong the session.
    pub(super) fn note_refresh(
        &mut self,
        sent: &Numbered,
        flow: Flow,
        method: Method<'_>,
        by_caller: bool,
    ) {
        if let Some(timer) = &mut self.timer
            && matches!(method, Method::Invite | Method::Update)
        {
            timer.tried = Some(Refresh {
                transaction: sent.transaction,
                at: sent.at,
                is_invite: method == Method::Invite,
                cseq: sent.cseq,
                by_caller,
                flow,
                refusal: None,
            });
        }
    }
}
