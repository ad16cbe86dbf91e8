//! What is remembered of the two ends of a dialog, to judge the requests they send within it.

use std::net::IpAddr;

use crate::ids::TransactionId;
use crate::moment::Moment;
use crate::route_set::RouteSet;

/// The two ends of a dialog.
#[derive(Debug, Default)]
pub(crate) struct DialogEnds {
    pub(crate) caller: DialogEnd,
    pub(crate) callee: DialogEnd,
}

/// One end of a dialog.
#[derive(Debug, Default)]
pub(crate) struct DialogEnd {
    /// Its request of the highest CSeq.
    newest: Option<Numbered>,
    /// Whether a request of a lower CSeq was told of.
    is_order_told: bool,
    /// The way its requests have to take, where a proxy Record-Routed.
    pub(crate) route: Option<Box<RouteSet>>,
    /// Whether a request that took another way was told of.
    pub(crate) is_route_told: bool,
}

/// A request within a dialog, by its number, on the first hop in view.
#[derive(Clone, Copy, Debug)]
pub struct Numbered {
    /// Its transaction.
    pub transaction: TransactionId,
    /// When it was first seen.
    pub at: Moment,
    /// The number in CSeq.
    pub cseq: u32,
    /// Whether it is the INVITE that began the dialog.
    pub begins: bool,
    /// Stands for its method.
    pub(crate) method: u64,
    /// Who sent it.
    pub(crate) client: IpAddr,
    /// How many Via values it had.
    pub(crate) vias: u16,
}

/// A request beside the newest of its end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    /// Its number is higher, or the two cannot be compared.
    Rises,
    /// It has the same number and the same method.
    Same(Numbered),
    /// Its number is lower, or was used for another method.
    Falls(Numbered),
}

impl DialogEnd {
    pub(crate) fn begun_by(invite: Option<Numbered>) -> Self {
        Self {
            newest: invite,
            ..Self::default()
        }
    }

    /// Takes a request in, and tells where it stands.
    pub(crate) fn take_in(&mut self, sent: Numbered) -> Order {
        let Some(newest) = self.newest else {
            self.newest = Some(sent);
            return Order::Rises;
        };
        // Another element on the way may number its own leg anew: only what one host sent counts.
        if sent.vias > newest.vias {
            return Order::Rises;
        }
        let is_comparable = (sent.vias, sent.client) == (newest.vias, newest.client);
        if !is_comparable || sent.cseq > newest.cseq {
            self.newest = Some(sent);
            return Order::Rises;
        }
        if (sent.cseq, sent.method) == (newest.cseq, newest.method) {
            return Order::Same(newest);
        }
        Order::Falls(newest)
    }

    /// Whether its order was not told of yet. From now on it was.
    pub(crate) fn is_news_of_order(&mut self) -> bool {
        !std::mem::replace(&mut self.is_order_told, true)
    }
}
