//! When a wait becomes a finding: one table of names, defaults and meanings.

use std::fmt;
use std::time::Duration;

use crate::config::TIMEOUT;

/// The value of a threshold, whatever it measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A span of capture time.
    Time(Duration),
    /// A number of things.
    Count(u64),
}

/// What a threshold may be kept as.
trait Setting: Sized {
    fn measure(&self) -> Measure;
    fn from_measure(measure: Measure) -> Option<Self>;
}

impl Setting for Duration {
    fn measure(&self) -> Measure {
        Measure::Time(*self)
    }

    fn from_measure(measure: Measure) -> Option<Self> {
        match measure {
            Measure::Time(time) => Some(time),
            Measure::Count(_) => None,
        }
    }
}

/// Implements [`Setting`] for numbers.
macro_rules! counts {
    ($($number:ty),*) => {$(
        impl Setting for $number {
            fn measure(&self) -> Measure {
                Measure::Count(u64::try_from(*self).unwrap_or(u64::MAX))
            }

            fn from_measure(measure: Measure) -> Option<Self> {
                match measure {
                    Measure::Count(count) => count.try_into().ok(),
                    Measure::Time(_) => None,
                }
            }
        }
    )*};
}

counts!(u8, u16, u32, u64, usize);

/// A threshold as settings name it.
#[derive(Clone, Copy)]
pub struct Threshold {
    /// Its name: that of the field in [`Thresholds`].
    pub name: &'static str,
    /// What it decides, in Markdown.
    pub meaning: &'static str,
    get: fn(&Thresholds) -> Measure,
    set: fn(&mut Thresholds, Measure) -> Option<()>,
}

impl Threshold {
    /// Its value.
    #[must_use]
    pub fn get(&self, thresholds: &Thresholds) -> Measure {
        (self.get)(thresholds)
    }

    /// Gives it another value. `None`: it does not measure that, and stays as it is.
    #[must_use]
    pub fn set(&self, thresholds: &mut Thresholds, measure: Measure) -> Option<()> {
        (self.set)(thresholds, measure)
    }
}

impl fmt::Debug for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Threshold").field(&self.name).finish()
    }
}

/// Makes the struct, its defaults and the table from one list, so that none can be forgotten.
macro_rules! thresholds {
    ($($(#[doc = $meaning:literal])+ $name:ident: $kind:ty = $default:expr;)+) => {
        /// When a wait becomes a finding. All in capture time.
        #[derive(Clone, Debug)]
        pub struct Thresholds {
            $($(#[doc = $meaning])+ pub $name: $kind,)+
        }

        impl Default for Thresholds {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        /// Every threshold.
        pub static THRESHOLDS: &[Threshold] = &[$(Threshold {
            name: stringify!($name),
            meaning: concat!($($meaning),+),
            get: |thresholds| thresholds.$name.measure(),
            set: |thresholds, measure| {
                thresholds.$name = Setting::from_measure(measure)?;
                Some(())
            },
        },)+];
    };
}

thresholds! {
    /// `stuck-on-trying` as a warning: the upper end of ITU-T E.721's targets for the delay after
    /// dialling.
    stuck_warning: Duration = Duration::from_secs(8);
    /// `stuck-on-trying` as an error: 64·T1.
    stuck_error: Duration = TIMEOUT;
    /// The last word on a stuck call: Timer C of a proxy (RFC 3261 §16.6 step 11).
    stuck_timer_c: Duration = Duration::from_secs(180);
    /// `slow-post-dial-delay`: the upper end of ITU-T E.721's targets for the delay after dialling.
    slow_post_dial: Duration = Duration::from_secs(8);
    /// `ringing-unanswered` as a note: a phone that rings for a minute is not picked up.
    ringing_note: Duration = Duration::from_secs(60);
    /// `ringing-unanswered` as a warning: Timer C of a proxy (RFC 3261 §16.6 step 11).
    ringing_warning: Duration = Duration::from_secs(180);
    /// Silence after a redirection before it counts as abandoned.
    redirect_abandoned: Duration = Duration::from_secs(10);
    /// How long a retry with a new Call-ID is still taken for an answer to a redirection.
    redirect_new_call: Duration = Duration::from_secs(10);
    /// How long after a redirection a retry within the same Call-ID is judged.
    redirect_memory: Duration = Duration::from_secs(300);
    /// How long after a challenge or redirection the next attempt of a call may come before the
    /// call counts as failed.
    next_attempt: Duration = TIMEOUT;
    /// `enumeration`: so many users asked for in vain in `probe_window`, 64 at most.
    probed_users: usize = 20;
    /// `password-guessing`: so many refusals of credentials in `probe_window`, for one user or for as
    /// many.
    password_guesses: u32 = 20;
    /// The stretch of time in which probes and guesses are counted.
    probe_window: Duration = Duration::from_secs(60);
    /// `account-compromised`: how long after guesses a success is taken for theirs.
    guess_memory: Duration = Duration::from_secs(600);
    /// `request-flood`: so many new requests from one host to another in `flood_window`, at least.
    /// As many as Kamailio's pike lets pass by default (30 in 2 s).
    flood_requests: u32 = 150;
    /// `request-flood`: so many times the most that there were in any window before.
    flood_factor: u32 = 10;
    /// `request-flood`: the stretch of time in which requests are counted.
    flood_window: Duration = Duration::from_secs(10);
    /// `short-call`: a call that ends this soon after its answer did not serve to talk.
    short_call: Duration = Duration::from_secs(2);
    /// `caller-identity`: how old or how far ahead the signing of a call may be (RFC 8224 §4.1, §6.2).
    identity_age: Duration = Duration::from_secs(60);
    /// `transfer-failed`: how long after a report that a transfer goes on the next one is waited
    /// for. Nothing rings for longer than Timer C of a proxy (RFC 3261 §16.6 step 11).
    transfer_pending: Duration = Duration::from_secs(180);
    /// `session-expired`: how far a BYE may be from the moments at which RFC 4028 §10 has a side
    /// hang up.
    session_slack: Duration = Duration::from_secs(3);
    /// Two sightings of one datagram at most this far apart are copies, not transmissions.
    copy_window: Duration = Duration::from_millis(10);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_takes_only_what_it_measures() {
        let mut thresholds = Thresholds::default();
        let slow = THRESHOLDS
            .iter()
            .find(|it| it.name == "stuck_warning")
            .unwrap();
        assert_eq!(slow.get(&thresholds), Measure::Time(Duration::from_secs(8)));
        assert_eq!(slow.set(&mut thresholds, Measure::Count(3)), None);
        let three = Measure::Time(Duration::from_secs(3));
        assert_eq!(slow.set(&mut thresholds, three), Some(()));
        assert_eq!(thresholds.stuck_warning, Duration::from_secs(3));
        assert!(slow.meaning.contains("E.721"));
    }
}
