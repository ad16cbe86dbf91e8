//! Where packets are known to be missing, so that nothing is concluded from their absence.

use std::net::IpAddr;

use sipwhy_packet::Timestamp;
use smallvec::SmallVec;

use crate::moment::Moment;

/// Where packets are known to be missing.
#[derive(Debug)]
pub struct Losses {
    places: SmallVec<[Loss; 4]>,
    limit: usize,
}

/// One place where packets are missing.
#[derive(Clone, Copy, Debug)]
pub struct Loss {
    /// When it was noticed.
    pub at: Moment,
    /// The two hosts concerned; `None` when any may be.
    pub hosts: Option<(IpAddr, IpAddr)>,
}

impl Losses {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            places: SmallVec::new(),
            limit,
        }
    }

    pub(crate) fn note(&mut self, loss: Loss) {
        if self.places.len() >= self.limit {
            self.places.remove(0);
        }
        self.places.push(loss);
    }

    /// A loss since `since` that may have taken packets between `host` and another.
    #[must_use]
    pub fn touching(&self, host: IpAddr, since: Timestamp) -> Option<&Loss> {
        self.places.iter().rev().find(|loss| {
            loss.at.time >= since
                && loss
                    .hosts
                    .is_none_or(|(one, other)| one == host || other == host)
        })
    }
}
