//! The release causes of the telephone network (ITU-T Q.850).

use crate::data::CAUSES;

/// A release cause, as it comes in `Reason: Q.850;cause=17`.
#[derive(Debug, serde::Serialize)]
pub struct Cause {
    /// The cause value, 1 to 127.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// What it says, as a clause without a full stop.
    pub meaning: &'static str,
    /// The SIP code that RFC 3398 §7.2.4.1 maps it to, if it names one.
    pub sip: Option<u16>,
    /// What is special about that mapping, as a clause without a full stop.
    pub sip_note: Option<&'static str>,
    /// The codes that a gateway makes it of, towards the telephone network (RFC 3398 §8.2.6.1).
    pub from_sip: &'static [u16],
}

/// The cause with this number.
#[must_use]
pub fn cause(number: u16) -> Option<&'static Cause> {
    CAUSES
        .binary_search_by_key(&number, |cause| cause.number)
        .ok()
        .map(|index| &CAUSES[index])
}

/// All causes, in the order of their numbers.
#[must_use]
pub fn causes() -> &'static [Cause] {
    CAUSES
}
