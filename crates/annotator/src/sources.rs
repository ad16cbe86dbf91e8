//! What servers made of the requests of each socket, to tell who probes for users or guesses
//! passwords.
//!
//! Counts are kept by socket, not by address: phones behind one NAT share an address, and each
//! has a socket of its own, while those who probe send all from one.

use std::net::SocketAddr;
use std::time::Duration;

use sipwhy_packet::Timestamp;
use smallvec::SmallVec;

use crate::bounded::Bounded;
use crate::config::HashSeed;
use crate::moment::Moment;

/// Users told apart of one socket; more count as these.
const USERS: usize = 64;

/// The sockets that sent requests which were refused.
#[derive(Debug)]
pub struct Sources(Bounded<SocketAddr, Source>);

/// What servers made of the requests of one socket, in the stretch of time that is counted.
#[derive(Clone, Debug)]
pub struct Source {
    /// The first of the stretch.
    pub since: Moment,
    /// Users for whom a request without credentials was refused.
    probed: SmallVec<[u64; 4]>,
    /// Users for whom credentials were refused, and how often since they were last taken.
    rejected: SmallVec<[(u64, u32); 2]>,
    /// The most users that it ever asked for in vain, with no credentials taken since.
    most_probed: usize,
    /// Requests that were taken.
    pub accepted: u32,
    /// Requests with credentials that were answered.
    pub credentialed: u32,
    /// When it was last seen to guess passwords, and for whom.
    guessed: Option<(Timestamp, SmallVec<[u64; 2]>)>,
}

/// What a final response made of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It was taken.
    Accepted,
    /// It was refused; it carried no credentials.
    Probe,
    /// Its credentials were refused.
    Rejected,
    /// The nonce of its credentials was too old, or the like: nothing is said of the password.
    Otherwise,
}

/// The final answer to a request, as it counts for its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    pub(crate) taken: Taken,
    pub(crate) has_credentials: bool,
    pub(crate) at: Moment,
}

impl Sources {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self(Bounded::new(limit, seed))
    }

    /// How many were given up because the table was full.
    pub(crate) const fn evicted(&self) -> u64 {
        self.0.evicted
    }

    /// Whether nobody was refused anything yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is known of a socket of which something was refused.
    #[must_use]
    pub fn get(&self, socket: SocketAddr) -> Option<&Source> {
        self.0.get(&socket)
    }

    /// Takes in the final answer to a request of `socket`, and says what is known of it then.
    /// `user` is a hash of the user that it was about, `window` the stretch of time that is
    /// counted, `guesses` how many refusals make a guesser.
    pub(crate) fn note(
        &mut self,
        socket: SocketAddr,
        verdict: Verdict,
        user: impl FnOnce() -> u64,
        window: Duration,
        guesses: u32,
    ) -> Option<&Source> {
        let is_refusal = matches!(verdict.taken, Taken::Probe | Taken::Rejected);
        if is_refusal && self.0.get(&socket).is_none() {
            self.0.enter(socket, Source::new(verdict.at));
        }
        let source = self.0.get_mut(&socket)?;
        source.note(verdict, user, window, guesses);
        Some(source)
    }
}

impl Source {
    fn new(at: Moment) -> Self {
        Self {
            since: at,
            probed: SmallVec::new(),
            rejected: SmallVec::new(),
            most_probed: 0,
            accepted: 0,
            credentialed: 0,
            guessed: None,
        }
    }

    fn note(
        &mut self,
        verdict: Verdict,
        user: impl FnOnce() -> u64,
        window: Duration,
        guesses: u32,
    ) {
        let Verdict { taken, at, .. } = verdict;
        if at.time.since(self.since.time) > window {
            let guessed = self.guessed.take();
            let most_probed = self.most_probed;
            *self = Self::new(at);
            self.guessed = guessed;
            self.most_probed = most_probed;
        }
        self.credentialed += u32::from(verdict.has_credentials);
        match taken {
            Taken::Accepted => {
                self.accepted += 1;
                if !self.rejected.is_empty() {
                    let user = user();
                    self.rejected.retain(|(rejected, _)| *rejected != user);
                }
                if verdict.has_credentials {
                    self.most_probed = 0;
                }
            }
            Taken::Probe if self.probed.len() < USERS => {
                let user = user();
                if !self.probed.contains(&user) {
                    self.probed.push(user);
                    if self.credentialed == 0 && self.is_in_vain(self.probed.len()) {
                        self.most_probed = self.most_probed.max(self.probed.len());
                    }
                }
            }
            Taken::Rejected => self.reject(user(), at, guesses),
            Taken::Probe | Taken::Otherwise => {}
        }
    }

    fn reject(&mut self, user: u64, at: Moment, guesses: u32) {
        let mut count = 1;
        if let Some(known) = self.rejected.iter_mut().find(|(known, _)| *known == user) {
            known.1 = known.1.saturating_add(1);
            count = known.1;
        } else if self.rejected.len() < USERS {
            self.rejected.push((user, count));
        }
        if count >= guesses || self.is_spraying(guesses) {
            let (newest, users) = self
                .guessed
                .get_or_insert_with(|| (at.time, SmallVec::new()));
            *newest = at.time;
            if !users.contains(&user) && users.len() < USERS {
                users.push(user);
            }
        }
    }

    /// Whether it did more than ask once and be asked for a password, as all do.
    pub(crate) fn is_of_note(&self) -> bool {
        self.probed.len() > 1
            || self.most_probed > 1
            || !self.rejected.is_empty()
            || self.guessed.is_some()
    }

    /// How many users it asked for without credentials, in vain.
    #[must_use]
    pub fn probed(&self) -> usize {
        self.probed.len()
    }

    /// The most users that it asked for in vain within one stretch of time, with no credentials
    /// of its taken since.
    #[must_use]
    pub fn most_probed(&self) -> usize {
        self.most_probed
    }

    /// How often credentials were refused for users for whom none were taken since.
    #[must_use]
    pub fn rejections(&self) -> u32 {
        self.rejected.iter().map(|(_, count)| count).sum()
    }

    /// For how many users that was.
    #[must_use]
    pub fn rejected_users(&self) -> usize {
        self.rejected.len()
    }

    /// Whether it tries one user after the other, nearly all in vain.
    fn is_spraying(&self, guesses: u32) -> bool {
        self.rejected.len() >= guesses as usize && self.is_in_vain(self.rejected.len())
    }

    /// Whether hardly any of its requests were taken, compared with so many that were refused.
    #[must_use]
    pub fn is_in_vain(&self, refused: usize) -> bool {
        self.accepted as usize * 10 <= refused
    }

    /// Whether it is seen to guess passwords at this very time.
    #[must_use]
    pub fn is_guessing(&self, now: Timestamp) -> bool {
        self.guessed
            .as_ref()
            .is_some_and(|(newest, _)| *newest == now)
    }

    /// Whether it guessed passwords at some time.
    #[must_use]
    pub fn has_guessed(&self) -> bool {
        self.guessed.is_some()
    }

    /// Whether it guessed the password of `user`, no longer than `memory` ago.
    pub(crate) fn has_guessed_for(&self, user: u64, now: Timestamp, memory: Duration) -> bool {
        self.guessed
            .as_ref()
            .is_some_and(|(newest, users)| now.since(*newest) <= memory && users.contains(&user))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sipwhy_packet::FrameId;

    const WINDOW: Duration = Duration::from_secs(60);

    fn verdict(taken: Taken, second: u64) -> Verdict {
        let time = Timestamp::from_nanos(1_700_000_000_000_000_000 + second * 1_000_000_000);
        let frame = FrameId {
            file: 0,
            number: second + 1,
        };
        Verdict {
            taken,
            has_credentials: taken != Taken::Probe,
            at: Moment::new(time, frame),
        }
    }

    fn socket(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    #[test]
    fn the_table_holds_no_more_than_its_limit_and_counts_what_it_gave_up() {
        let mut sources = Sources::new(3, HashSeed::default());
        for port in 1..=10 {
            sources.note(socket(port), verdict(Taken::Probe, 0), || 1, WINDOW, 20);
        }
        assert_eq!(sources.0.len(), 3);
        assert_eq!(sources.evicted(), 7);
        assert!(sources.get(socket(10)).is_some());
        assert!(sources.get(socket(1)).is_none());
    }

    #[test]
    fn who_is_never_refused_takes_no_room() {
        let mut sources = Sources::new(3, HashSeed::default());
        sources.note(socket(1), verdict(Taken::Accepted, 0), || 1, WINDOW, 20);
        sources.note(socket(1), verdict(Taken::Otherwise, 0), || 1, WINDOW, 20);
        assert!(sources.is_empty());
    }

    #[test]
    fn a_success_forgets_the_refusals_of_its_user_alone() {
        let mut sources = Sources::new(3, HashSeed::default());
        for taken in [Taken::Rejected, Taken::Rejected, Taken::Accepted] {
            sources.note(socket(1), verdict(taken, 0), || 7, WINDOW, 20);
        }
        sources.note(socket(1), verdict(Taken::Rejected, 1), || 8, WINDOW, 20);
        let source = sources.get(socket(1)).unwrap();
        assert_eq!((source.rejections(), source.rejected_users()), (1, 1));
    }

    #[test]
    fn what_it_probed_is_remembered_until_its_credentials_are_taken() {
        let mut sources = Sources::new(3, HashSeed::default());
        for user in 0..5 {
            sources.note(socket(1), verdict(Taken::Probe, 0), || user, WINDOW, 20);
        }
        sources.note(socket(1), verdict(Taken::Probe, 300), || 1, WINDOW, 20);
        let source = sources.get(socket(1)).unwrap();
        assert_eq!((source.probed(), source.most_probed()), (1, 5));
        sources.note(socket(1), verdict(Taken::Accepted, 301), || 1, WINDOW, 20);
        assert_eq!(sources.get(socket(1)).unwrap().most_probed(), 0);
    }

    #[test]
    fn what_is_slower_than_the_window_never_adds_up() {
        let mut sources = Sources::new(3, HashSeed::default());
        for second in 0..100 {
            let rejected = verdict(Taken::Rejected, second * 30);
            sources.note(socket(1), rejected, || 7, WINDOW, 20);
        }
        let source = sources.get(socket(1)).unwrap();
        assert!(source.rejections() < 4);
        assert!(!source.has_guessed());
    }
}
