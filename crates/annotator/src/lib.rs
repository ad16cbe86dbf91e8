//! Transactions, dialogs, calls and the rules that explain them.
//!
//! [`Engine`] takes in SIP messages with their flow, frame and capture time, follows every
//! transaction and call by RFC 3261's own state machines, and gives [`Annotation`]s: what went
//! wrong, which hop is responsible, which packets prove it and what to do. It does no I/O and
//! holds no clock, thread or global, so a replay gives what live capture gave.
//!
//! Data flows one way: [`Engine::handle_message`] finds the [`Transaction`] a message belongs to,
//! the transaction takes a [`rules::Step`], and the [`rules`] that listen read the [`World`] and
//! speak.

mod annotation;
mod auth;
mod bounded;
mod call;
mod causes;
mod config;
mod counters;
mod course;
mod described;
mod dialog_ends;
mod ended;
mod ends;
mod engine;
mod failure;
mod follow;
mod identity;
mod ids;
mod index;
mod keepalives;
mod key;
mod legs;
mod losses;
mod malformed;
mod meaning;
mod media_words;
mod method;
mod moment;
mod moves;
mod names;
mod negotiation;
mod network;
mod number_ranges;
mod open;
mod outbox;
mod outlines;
mod pauses;
mod policy;
mod privacy;
mod quote;
mod rates;
mod redirect;
mod redirects;
mod refusal;
mod registrations;
mod reliable;
mod route_set;
pub mod rules;
mod session_timer;
mod sources;
mod target;
mod thresholds;
mod timers;
mod timings;
mod told;
mod transaction;
mod transfer;
mod vantage;
pub mod words;
mod world;

pub use annotation::{
    Annotation, CallRef, Evidence, LegRef, QuotedLine, Responsible, Role, Root, Severity, Verdict,
};
pub use call::{Call, Dialog};
pub use config::{Config, HashSeed, Limits, T1, TIMEOUT};
pub use counters::Counters;
pub use dialog_ends::Numbered;
pub use ended::{Ended, EndedCall, EndedTransaction};
pub use engine::{Engine, Part, Seen};
pub use ids::{CallId, RedirectId, TransactionId};
pub use keepalives::{KeepAlive, KeepAlives};
pub use legs::{Joint, Leg};
pub use losses::{Loss, Losses};
pub use meaning::meaning;
pub use method::MethodName;
pub use moment::Moment;
pub use moves::Move;
pub use negotiation::{Carrier, Exchange, Side, Unanswered};
pub use network::Network;
pub use number_ranges::NumberPrefix;
pub use open::Open;
pub use pauses::Pause;
pub use policy::{Exception, Policy};
pub use rates::Burst;
pub use redirect::{Conduct, Fault, How, Judgement, Progress, Redirect, Unclear, Went};
pub use reliable::Reliable;
pub use route_set::{Departure, RouteSet};
pub use rules::{Info, RULES, Rule};
pub use session_timer::{Refresh, SessionTimer};
pub use sources::{Source, Sources};
pub use target::{Difference, Reach, Target, Wanted};

pub use thresholds::{Measure, THRESHOLDS, Threshold, Thresholds};
pub use timings::{End, Measured, Peer, Registrations, Series, Sessions, Timings};
pub use transaction::{Received, ShortText, State, Stray, Transaction, TryingMarks};
pub use transfer::{Report, Transfer};
pub use vantage::{Attempt, AttemptEnd, AttemptKind, Failure, FailureKind, Vantage};
pub use world::World;
