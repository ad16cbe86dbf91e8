//! The program as its users meet it: what it prints, and with which status it exits.

// A test fails by panicking, in the functions around it too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod check;
mod check_formats;
mod closed_pipe;
mod craft;
mod diff;
mod expect;
mod expect_formats;
mod filters;
mod flows;
mod follow;
mod forms;
mod hep;
mod hep_out;
mod hostile;
mod html;
mod inputs;
mod interfaces;
mod keep;
mod lint;
mod live;
mod log_file;
mod metrics;
#[cfg(feature = "otel")]
mod otlp;
mod pages;
mod progress;
mod redaction;
mod run;
mod settings;
mod syslog;
mod tail;
mod tls;
mod write_pcapng;
