//! Call ladders turned into real packets, for tests.
//!
//! A *ladder* is a small text form of a call flow: who sends what to whom, and when. [`Ladder`]
//! reads one and builds real frames from it (Ethernet, IPv4, UDP or TCP, ICMP, ARP, DNS), which go
//! through the whole [`sipwhy_pipeline::Pipeline`] as frames of a capture do. The rule pages hold
//! such ladders; [`Page`] finds them there. [`Recording`] builds frames without a ladder. An
//! [`Encapsulation`] carries the messages of a ladder in another way: tunnels, streams, fragments.
//!
//! The ladder's syntax is in `crates/testkit/README.md`.
//!
//! ```
//! use sipwhy_testkit::Ladder;
//!
//! let ladder = Ladder::parse(
//!     "
//!     hosts: alice=10.0.0.5 bob=10.0.0.9
//!     expect: stuck-on-trying warning inconclusive
//!     0     alice -> bob  INVITE #1
//!     0.01  bob -> alice  100 for #1
//!     8.5   clock
//!     ",
//! )?;
//! ladder.check("stuck-on-trying")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod dns;
mod encapsulation;
mod ladder;
mod message;
mod outcome;
mod page;
mod recording;
mod wire;

pub use dns::{Record, answer, query};
pub use encapsulation::{ENCAPSULATIONS, Encapsulation, Sent};
pub use ladder::{Expected, Ladder, LadderError, Mismatch};
pub use message::SipMessage;
pub use outcome::Outcome;
pub use page::{Example, Kind, Page};
pub use recording::{RecordedFrame, Recording};
pub use wire::Icmp;
