//! Reads TLS that others speak: both directions' bytes and a key log go in, application data,
//! alerts and what is known of the session come out.
//!
//! This crate does no I/O and holds no clock. It never answers anybody, and judges nothing: no
//! signature and no chain of certificates is verified. What it vouches for is that the plaintext
//! it tells was sent: every record is authenticated before it is told.

mod aead;
mod alert;
mod cbc_mac;
mod certificate;
mod derive;
mod facts;
mod fields;
mod held;
mod hello;
mod key_log;
mod lane;
mod limits;
mod messages;
mod opened;
mod opener;
mod output;
mod record;
mod sequence;
mod session;
mod suite;
mod suite_names;
mod tls12;
mod tls13;
mod way;

pub use alert::Alert;
pub use certificate::Certificate;
pub use facts::{CipherSuite, Facts, Version};
pub use key_log::{Added, KeyLog};
pub use limits::Limits;
pub use output::{Output, Reason, Span};
pub use record::looks_like_tls;
pub use session::Session;
pub use way::Way;
