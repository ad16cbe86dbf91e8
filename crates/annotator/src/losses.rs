//! Where packets are known to be missing or cannot be read, so that nothing is concluded from the
//! absence of what may be among them.

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
    /// When it was noticed, the newest time.
    pub at: Moment,
    /// The two hosts concerned, the lower address first; `None` when any may be.
    hosts: Option<(IpAddr, IpAddr)>,
    /// Whether they were captured, and cannot be read.
    is_unreadable: bool,
}

impl Loss {
    pub(crate) fn new(at: Moment, hosts: Option<(IpAddr, IpAddr)>, is_unreadable: bool) -> Self {
        Self {
            at,
            hosts: hosts.map(|(one, other)| (one.min(other), one.max(other))),
            is_unreadable,
        }
    }

    /// What happened, as the beginning of a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let frame = self.at.frame().number;
        match (self.is_unreadable, self.hosts) {
            (false, _) => format!("the capture lost packets (noticed at frame {frame})"),
            (true, Some((one, other))) => format!(
                "what {one} and {other} sent each other cannot be read (frame {frame} for one): \
                 it is encrypted, or of a kind that is not decoded"
            ),
            (true, None) => format!(
                "a part of the capture cannot be read (frame {frame} for one): it is encrypted, \
                 or of a kind that is not decoded"
            ),
        }
    }
}

impl Losses {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            places: SmallVec::new(),
            limit,
        }
    }

    pub(crate) fn note(&mut self, mut loss: Loss) {
        // Only the newest of a kind counts: whoever asks wants one that is not too old.
        let same =
            |known: &Loss| (known.hosts, known.is_unreadable) == (loss.hosts, loss.is_unreadable);
        if let Some(place) = self.places.iter().rposition(same) {
            let known = self.places.remove(place);
            if known.at.time > loss.at.time {
                loss.at = known.at;
            }
        } else if self.places.len() >= self.limit {
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
