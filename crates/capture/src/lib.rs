//! Where frames come from: capture files ([`mod@file`]) and live interfaces ([`live`]); and where
//! they go, with what was said of them ([`mod@write`]).
//!
//! This crate does the I/O and nothing else: it hands over [`sipwhy_packet::Frame`]s, in the order
//! in which they were captured, numbered from 1, and says what was lost. What is in them is for
//! others to find out.

pub mod file;
pub mod live;
mod printable;
pub mod write;
