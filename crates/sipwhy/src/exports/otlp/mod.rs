//! Spans of calls and transactions to OpenTelemetry's collector, by OTLP over HTTP with JSON.
//!
//! A trace is what has one Call-ID. A call's span is sent when nothing more is expected of the
//! call, which is when the engine forgets it.

mod endpoint;
mod ids;
mod model;
mod options;
mod spans;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use sipwhy_annotator::{Annotation, Ended};
use sipwhy_pipeline::Observed;
use sipwhy_report::{Export, ExportCounts};

use self::endpoint::Endpoint;
use self::model::{Attributes, Span};
use self::spans::{Gathered, Place};
use super::outlet::Outlet;
use super::queue::WhenFull;
use super::sender::{Sent, Way};

pub(super) use self::options::{OpenOtlp, OtlpOptions};

/// Calls of which it is known where their spans are, and what was found. Of one that is forgotten
/// later findings are not sent, and no other leg leads to it.
const MOST_CALLS: usize = 65_536;
/// Events of one span; what OpenTelemetry's own libraries allow.
const MOST_EVENTS: usize = 128;
/// Bytes of spans that are sent at once.
const AT_ONCE: usize = 512 * 1024;
/// The longest span. Texts in it are bounded, so that hardly any comes near.
const LONGEST: usize = 1 << 20;

/// The way on to OpenTelemetry's collector.
#[derive(Debug)]
pub(super) struct Otlp {
    instance: String,
    outlet: Outlet,
    /// By their numbers.
    calls: BTreeMap<u64, Known>,
}

/// What is known of a call.
#[derive(Debug)]
struct Known {
    place: Place,
    gathered: Gathered,
    /// Whether its span was sent.
    is_over: bool,
}

impl Otlp {
    fn start(
        (endpoint, address): (Endpoint, SocketAddr),
        instance: String,
        when_full: WhenFull,
    ) -> anyhow::Result<Self> {
        let name = endpoint.to_string();
        let head = head(&instance)?;
        let way = Post {
            endpoint,
            address,
            head,
        };
        Ok(Self {
            instance,
            outlet: Outlet::start(name, "otlp", when_full, way)?,
            calls: BTreeMap::new(),
        })
    }

    /// Remembers which call this is of.
    pub(super) fn message(&mut self, observed: &Observed<'_, '_>) {
        let Some(call) = observed.call() else {
            return;
        };
        let instance = &self.instance;
        let known = self.calls.entry(call.number).or_insert_with(|| Known {
            place: Place::of_call(instance, call.call_id(), call.began.time),
            gathered: Gathered::default(),
            is_over: false,
        });
        known.gathered.newest = known.gathered.newest.max(observed.captured.time);
        if self.calls.len() > MOST_CALLS {
            self.calls.pop_first();
        }
    }

    /// Keeps a finding until its call is over.
    pub(super) fn annotation(&mut self, annotation: &Annotation) {
        let call = annotation.call.as_ref();
        let Some(known) = call.and_then(|call| self.calls.get_mut(&call.number)) else {
            return;
        };
        if known.is_over {
            let span = spans::late(&self.instance, &known.place, annotation);
            return self.put(&span);
        }
        let gathered = &mut known.gathered;
        if gathered.error.is_none() {
            gathered.error = spans::error_of(annotation);
        }
        if gathered.events.len() < MOST_EVENTS {
            gathered.events.push(spans::event(annotation));
        } else {
            gathered.dropped = gathered.dropped.saturating_add(1);
        }
    }

    /// Sends what is over.
    pub(super) fn ended(&mut self, ended: &Ended) {
        match ended {
            Ended::Transaction(ended) => {
                let span = spans::transaction(&self.instance, ended);
                if let Some(known) = self.calls.get_mut(&ended.call) {
                    let newest = &mut known.gathered.newest;
                    *newest = (*newest).max(span.end_time_unix_nano);
                }
                self.put(&span);
            }
            Ended::Call(ended) => {
                let call = &ended.call;
                let known = self.calls.get_mut(&call.number);
                let gathered = known.map(|known| {
                    known.is_over = true;
                    std::mem::take(&mut known.gathered)
                });
                let first = call.leg.as_ref().filter(|leg| leg.of != call.number);
                let first = first.and_then(|leg| self.calls.get(&leg.of));
                let link = first.map(|known| known.place.clone());
                let gathered = gathered.unwrap_or_default();
                self.put(&spans::call(&self.instance, ended, gathered, link));
            }
        }
    }

    /// Hands a span to the thread.
    fn put(&mut self, span: &Span) {
        let bytes = serde_json::to_vec(span).ok();
        let bytes = bytes.filter(|bytes| bytes.len() <= LONGEST);
        self.outlet.inlet().put(bytes);
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

/// What stands before the spans of each batch: who sends them.
fn head(instance: &str) -> serde_json::Result<String> {
    let mut resource = Attributes::default();
    resource.text("service.name", "sipwhy");
    resource.text("service.version", env!("CARGO_PKG_VERSION"));
    resource.text("service.instance.id", instance);
    let resource = serde_json::to_string(&resource)?;
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!(
        "{{\"resourceSpans\":[{{\"resource\":{{\"attributes\":{resource}}},\"scopeSpans\":[{{\
         \"scope\":{{\"name\":\"sipwhy\",\"version\":\"{version}\"}},\"spans\":["
    ))
}

/// What stands behind them.
const TAIL: &[u8] = b"]}]}]}";

/// Spans in batches to a collector.
#[derive(Debug)]
struct Post {
    endpoint: Endpoint,
    address: SocketAddr,
    head: String,
}

impl Way for Post {
    fn at_once(&self) -> usize {
        AT_ONCE
    }

    fn send(&mut self, spans: &[Vec<u8>]) -> std::io::Result<Sent> {
        let body = [self.head.as_bytes(), &spans.join(&b","[..]), TAIL].concat();
        let answer = self.endpoint.post(self.address, &body)?;
        let status = answer.status;
        Ok(match answer.rejected {
            _ if answer.is_for_later() => {
                return Err(std::io::Error::other(format!("it answers {status}")));
            }
            _ if !(200..300).contains(&status) => {
                Sent::Refused(spans.len() as u64, format!("it answers {status}"))
            }
            Some((count, why)) => Sent::Refused(count.min(spans.len() as u64), why),
            None => Sent::Well,
        })
    }

    fn tries_again(&self) -> bool {
        true
    }
}
