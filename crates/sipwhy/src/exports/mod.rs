//! What is sent elsewhere, beside the report: to collectors that show it together with what others
//! send them.
//!
//! ```text
//! pipeline ─► Exports ─┬─► HepOut ─► Queue (bounded) ─► thread ─► Homer
//!                      └─► Otlp   ─► Queue (bounded) ─► thread ─► OpenTelemetry's collector
//! report ──────────────► Syslog ─► Queue (bounded) ─► thread ─► a syslog daemon
//! ```
//!
//! Nothing waits for a collector while a capture is live: what finds no room in the queue is lost
//! and counted. Where a file is read, the reading waits.

mod destination;
mod ending;
mod hep;
mod host;
#[cfg(feature = "otel")]
mod otlp;
mod outlet;
mod queue;
mod sender;
mod syslog;
mod tcp;
mod udp;
mod unix;

use std::net::SocketAddr;

use sipwhy_annotator::{Annotation, Ended};
use sipwhy_pipeline::{Observed, Observer};
use sipwhy_report::{Export, ExportCounts, Inputs, Selected};

pub(crate) use queue::WhenFull;
pub(crate) use syslog::{OpenSyslog, Syslog, SyslogOptions};

/// What to send, and where.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ExportOptions {
    #[command(flatten)]
    hep: hep::HepOutOptions,

    #[cfg(feature = "otel")]
    #[command(flatten)]
    otlp: otlp::OtlpOptions,
}

impl ExportOptions {
    /// Looks collectors up, and opens what takes rights or files.
    pub(crate) fn open(&self) -> anyhow::Result<OpenExports> {
        Ok(OpenExports {
            hep: self.hep.open()?,
            #[cfg(feature = "otel")]
            otlp: self.otlp.open()?,
        })
    }
}

/// Collectors that are known, before there is a thread that sends to them.
#[derive(Debug)]
pub(crate) struct OpenExports {
    hep: Option<hep::OpenHepOut>,
    #[cfg(feature = "otel")]
    otlp: Option<otlp::OpenOtlp>,
}

impl OpenExports {
    /// Where they listen.
    pub(crate) fn collectors(&self) -> Vec<SocketAddr> {
        let hep = self.hep.iter().map(hep::OpenHepOut::address);
        #[cfg(feature = "otel")]
        let hep = hep.chain(self.otlp.iter().map(otlp::OpenOtlp::address));
        hep.collect()
    }

    /// The TCP ports that are connected to later on.
    pub(crate) fn tcp_ports(&self) -> Vec<u16> {
        let hep = self.hep.iter().filter_map(hep::OpenHepOut::tcp_port);
        #[cfg(feature = "otel")]
        let hep = hep.chain(self.otlp.iter().map(|otlp| otlp.address().port()));
        hep.collect()
    }

    /// Whether the ends of transactions and calls are to be told.
    pub(crate) const fn wants_ends(&self) -> bool {
        #[cfg(feature = "otel")]
        let wants_ends = self.otlp.is_some();
        #[cfg(not(feature = "otel"))]
        let wants_ends = false;
        wants_ends
    }

    /// Starts to send what is seen in these inputs.
    pub(crate) fn start(self, inputs: &Inputs, when_full: WhenFull) -> anyhow::Result<Exports> {
        let hep = self.hep.map(|hep| hep.start(inputs.clone(), when_full));
        #[cfg(feature = "otel")]
        let otlp = self.otlp.map(|otlp| otlp.start(when_full));
        Ok(Exports {
            hep: hep.transpose()?,
            #[cfg(feature = "otel")]
            otlp: otlp.transpose()?,
        })
    }
}

/// What is sent elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    hep: Option<hep::HepOut>,
    #[cfg(feature = "otel")]
    otlp: Option<otlp::Otlp>,
}

impl Exports {
    /// Whether anything is sent anywhere.
    pub(crate) const fn is_on(&self) -> bool {
        #[cfg(feature = "otel")]
        if self.otlp.is_some() {
            return true;
        }
        self.hep.is_some()
    }

    /// What was sent so far.
    pub(crate) fn counts(&self) -> Vec<ExportCounts> {
        let hep = self.hep.iter().map(hep::HepOut::counts);
        #[cfg(feature = "otel")]
        let hep = hep.chain(self.otlp.iter().map(otlp::Otlp::counts));
        hep.collect()
    }

    /// The capture is over: sends what waits, and tells what came of it.
    pub(crate) fn finish(&mut self) -> Vec<Export> {
        let hep = self.hep.take().map(hep::HepOut::finish);
        #[cfg(feature = "otel")]
        let hep = hep
            .into_iter()
            .chain(self.otlp.take().map(otlp::Otlp::finish));
        hep.into_iter().collect()
    }
}

impl Observer for Exports {
    #[inline]
    fn message(&mut self, observed: &Observed<'_, '_>) {
        if let Some(hep) = &mut self.hep {
            hep.message(observed);
        }
        #[cfg(feature = "otel")]
        if let Some(otlp) = &mut self.otlp {
            otlp.message(observed);
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        if let Some(hep) = &mut self.hep {
            hep.annotation(annotation);
        }
        #[cfg(feature = "otel")]
        if let Some(otlp) = &mut self.otlp {
            otlp.annotation(annotation);
        }
    }

    #[cfg(feature = "otel")]
    fn ended(&mut self, ended: &Ended) {
        if let Some(otlp) = &mut self.otlp {
            otlp.ended(ended);
        }
    }
}

/// A report, and what is sent elsewhere beside it.
pub(crate) struct Exported<'a> {
    pub(crate) report: &'a mut Selected,
    pub(crate) exports: &'a mut Exports,
}

impl Observer for Exported<'_> {
    #[inline]
    fn message(&mut self, observed: &Observed<'_, '_>) {
        self.report.message(observed);
        self.exports.message(observed);
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.report.annotation(annotation);
        self.exports.annotation(annotation);
    }

    fn ended(&mut self, ended: &Ended) {
        self.exports.ended(ended);
    }
}
