//! Generated captures and the floor that sipwhy is measured against.
//!
//! The generator plays a network: subscribers behind access hosts ([`people`]) start calls,
//! registrations and keep-alives in a stated mix ([`mix`]); each of these is a script of
//! messages ([`script`], [`call`], [`exchange`]) that is told as text ([`render`]), put into frames
//! ([`wire`], [`tcp`], [`tls`]) and written in order of time ([`world`]), with voice between them where it
//! is asked for ([`media`]). What was written is counted
//! as it goes ([`truth`]), so that an analyzer's own counts can be checked against it
//! ([`agree`]). [`floor`] is the least that any analyzer must do with such a capture.

pub mod agree;
pub mod call;
pub mod exchange;
pub mod floor;
pub mod media;
pub mod mix;
pub mod names;
pub mod pcap;
pub mod people;
pub mod render;
pub mod rng;
pub mod script;
pub mod tcp;
pub mod tls;
pub mod truth;
pub mod wire;
pub mod world;
