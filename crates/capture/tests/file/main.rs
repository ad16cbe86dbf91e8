//! Reading capture files: every layout, every cut, every kind of damage, and what others recorded.

// A test fails by panicking, in the functions around it too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod corpus;
mod craft;
mod cut;
mod layouts;
mod merge;
mod mutated;
mod packed;
mod refused;
mod second_opinion;
