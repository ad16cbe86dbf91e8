//! SIP messages and findings on to a collector, by HEP version 3.

mod echoes;
mod options;

use std::net::SocketAddr;

use sipwhy_annotator::Annotation;
use sipwhy_packet::{Flow, HepContent, HepPacket, Timestamp};
use sipwhy_parser::printable;
use sipwhy_pipeline::Observed;
use sipwhy_report::{Export, ExportCounts, Inputs, annotation_record};

use self::echoes::Echoes;
use super::destination::Transport;
use super::outlet::Outlet;
use super::queue::WhenFull;
use super::{tcp, udp};
use crate::exit::complain;

pub(super) use self::options::{HepOutOptions, OpenHepOut};

/// As whom to send, to whom.
#[derive(Debug)]
struct Settings {
    /// What the collector is called.
    name: String,
    /// The number by which it knows who sends.
    agent: u32,
    key: Option<Vec<u8>>,
}

/// The way on to a collector.
#[derive(Debug)]
pub(super) struct HepOut {
    settings: Settings,
    /// The most bytes that a packet may have.
    longest: usize,
    inputs: Inputs,
    outlet: Outlet,
    echoes: Echoes,
    echoed: u64,
}

impl HepOut {
    fn start(
        settings: Settings,
        (transport, address): (Transport, SocketAddr),
        inputs: Inputs,
        when_full: WhenFull,
    ) -> anyhow::Result<Self> {
        let name = settings.name.clone();
        let outlet = match transport {
            Transport::Udp => {
                let way = udp::Udp::open(address, when_full)?;
                Outlet::start(name, "hep", when_full, way)
            }
            Transport::Tcp => Outlet::start(name, "hep", when_full, tcp::Tcp::new(address)),
        }?;
        Ok(Self {
            settings,
            longest: match transport {
                Transport::Udp => udp::LONGEST,
                Transport::Tcp => usize::from(u16::MAX),
            },
            inputs,
            outlet,
            echoes: Echoes::default(),
            echoed: 0,
        })
    }

    /// Sends a message on, as it was captured.
    pub(super) fn message(&mut self, observed: &Observed<'_, '_>) {
        let captured = observed.captured;
        if self.echoes.is_one(captured) {
            self.echoed += 1;
            if self.echoed == 1 {
                let name = &self.settings.name;
                complain(&format!(
                    "what goes to {name} is captured again; it is not sent twice, but a filter \
                     should leave it out"
                ));
            }
            return;
        }
        let call_id = printable(observed.message.call_id().unwrap_or_default());
        self.put(
            HepContent::Sip,
            (Some(captured.flow), captured.time),
            call_id.as_bytes(),
            captured.bytes,
        );
    }

    /// Sends a finding as a line of a log that goes with the call. It has the addresses of the
    /// packet that proves it.
    pub(super) fn annotation(&mut self, annotation: &Annotation) {
        let record = annotation_record(annotation, &self.inputs);
        let call = annotation.call.as_ref();
        let flow = annotation.evidence.iter().rev().find_map(|it| it.flow);
        self.put(
            HepContent::Log,
            (flow, annotation.time),
            call.map_or(b"", |call| call.call_id.as_bytes()),
            &record,
        );
    }

    /// Hands a packet to the thread.
    fn put(
        &mut self,
        content: HepContent,
        (flow, time): (Option<Flow>, Timestamp),
        correlation: &[u8],
        payload: &[u8],
    ) {
        let packet = HepPacket {
            content,
            flow,
            time,
            agent: self.settings.agent,
            key: self.settings.key.as_deref(),
            correlation,
            payload,
        };
        let mut bytes = Vec::with_capacity(payload.len() + 256);
        let fits = packet.write(&mut bytes).is_ok() && bytes.len() <= self.longest;
        self.outlet.inlet().put(fits.then_some(bytes));
    }

    /// What was sent so far.
    pub(super) fn counts(&self) -> ExportCounts {
        self.outlet.counts()
    }

    /// Waits, not for ever, until all is sent.
    pub(super) fn finish(self) -> Export {
        self.outlet.finish()
    }
}
