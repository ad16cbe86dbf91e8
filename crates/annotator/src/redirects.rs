//! All redirections that wait for an answer, by the client that owes it.

use std::net::IpAddr;

use slotmap::SlotMap;
use smallvec::SmallVec;

use crate::call::Call;
use crate::config::{HashSeed, Limits, Thresholds};
use crate::ends::Ends;
use crate::ids::{RedirectId, TransactionId};
use crate::key::{Seeded, SeededMap};
use crate::names::Names;
use crate::redirect::{Conduct, Judgement, Progress, Redirect, Unclear};
use crate::transaction::Transaction;

/// Redirections of one client that wait at once; the oldest is given up.
const PER_CLIENT: usize = 64;

/// All redirections that may still be answered.
#[derive(Debug)]
pub(crate) struct Redirects {
    table: SlotMap<RedirectId, Redirect>,
    by_client: SeededMap<IpAddr, SmallVec<[RedirectId; 2]>>,
    limit: usize,
    /// Redirections given up because a bound was reached.
    pub(crate) evicted: u64,
}

impl Redirects {
    pub(crate) fn new(limits: &Limits, seed: HashSeed) -> Self {
        Self {
            table: SlotMap::with_key(),
            by_client: SeededMap::with_hasher(Seeded(seed)),
            limit: limits.redirects,
            evicted: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    pub(crate) fn get(&self, id: RedirectId) -> Option<&Redirect> {
        self.table.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: RedirectId) -> Option<&mut Redirect> {
        self.table.get_mut(id)
    }

    pub(crate) fn ids(&self) -> Vec<RedirectId> {
        self.table.keys().collect()
    }

    /// Takes one in; `None` when the bound is reached.
    pub(crate) fn add(&mut self, redirect: Redirect) -> Option<RedirectId> {
        if self.table.len() >= self.limit {
            self.evicted += 1;
            return None;
        }
        let client = redirect.client();
        let id = self.table.insert(redirect);
        let waiting = self.by_client.entry(client).or_default();
        let oldest = (waiting.len() >= PER_CLIENT).then(|| waiting.remove(0));
        waiting.push(id);
        if let Some(oldest) = oldest {
            self.evicted += 1;
            self.table.remove(oldest);
        }
        Some(id)
    }

    pub(crate) fn remove(&mut self, id: RedirectId) {
        let Some(redirect) = self.table.remove(id) else {
            return;
        };
        let client = redirect.client();
        if let Some(waiting) = self.by_client.get_mut(&client) {
            waiting.retain(|other| *other != id);
            if waiting.is_empty() {
                self.by_client.remove(&client);
            }
        }
    }

    /// Finds the redirection that a new request answers, which is of this call and has these ends:
    /// of several the newest.
    pub(crate) fn answered_by(
        &self,
        request: &Transaction,
        place: (&Call, &Ends<'_>),
        thresholds: &Thresholds,
    ) -> Option<RedirectId> {
        let waiting = self.by_client.get(&request.client())?;
        waiting.iter().rev().copied().find(|id| {
            self.table
                .get(*id)
                .is_some_and(|it| it.is_open() && it.is_retry(request, place, thresholds))
        })
    }

    /// Judges a retry, or notes that its next hop's conduct decides.
    pub(crate) fn judge(
        &mut self,
        id: RedirectId,
        retry: (TransactionId, &Transaction),
        route: Option<&[u8]>,
        names: &Names,
    ) -> Option<Judgement> {
        let redirect = self.table.get_mut(id)?;
        let conduct = redirect.judge(retry, route, names);
        redirect.state = match conduct {
            Some(_) => Progress::Judged,
            None => Progress::Through(retry.0),
        };
        redirect.conduct.clone_from(&conduct);
        conduct.map(|conduct| Judgement {
            retry: retry.0,
            conduct,
        })
    }

    /// Judges what a next hop made of a retry that was left undecided.
    pub(crate) fn judge_onward(
        &mut self,
        id: RedirectId,
        retry: (TransactionId, &Transaction),
        onward: (TransactionId, &Transaction),
        names: &Names,
    ) -> Option<Judgement> {
        let redirect = self.table.get_mut(id)?;
        if redirect.state != Progress::Through(retry.0) {
            return None;
        }
        redirect.state = Progress::Judged;
        let conduct = redirect.judge_onward(retry.1.server(), onward, names);
        redirect.conduct = Some(conduct.clone());
        Some(Judgement {
            retry: retry.0,
            conduct,
        })
    }

    /// Gives up on a retry whose next hop answered without any onward request in view.
    pub(crate) fn give_up_onward(
        &mut self,
        id: RedirectId,
        retry: (TransactionId, &Transaction),
    ) -> Option<Judgement> {
        let redirect = self.table.get_mut(id)?;
        if redirect.state != Progress::Through(retry.0) {
            return None;
        }
        redirect.state = Progress::Judged;
        let conduct = Conduct::Unclear(Unclear::OnwardUnseen(retry.1.server()));
        redirect.conduct = Some(conduct.clone());
        Some(Judgement {
            retry: retry.0,
            conduct,
        })
    }
}
