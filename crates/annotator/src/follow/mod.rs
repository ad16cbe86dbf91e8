//! How the engine follows messages: from a request or response to the step its transaction takes.

mod acks;
mod authentication;
mod cancels;
mod dialogs;
mod identity;
mod legs;
mod loops;
mod measures;
mod offers;
mod pauses;
mod rates;
mod redirections;
mod refusals;
mod registrations;
mod reliable;
mod requests;
mod responses;
mod return_path;
mod session_timers;
mod suspicions;
mod tables;
mod transfers;
mod within;

pub(crate) use suspicions::{is_keep_alive, user_asked_for};

/// The part of a text that is kept.
pub(super) fn kept(text: &[u8], limit: usize) -> &[u8] {
    text.get(..limit).unwrap_or(text)
}
