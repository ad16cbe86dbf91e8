//! Response times and the figures of RFC 6076, as records.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use sipwhy_annotator::{End, Measured, Peer, Registrations, Series, Sessions, Timings};

/// What became of the requests to one host. `docs/timings.md` says how each figure comes about.
#[derive(Serialize, JsonSchema)]
pub(super) struct PeerRecord {
    /// The host's address.
    peer: String,
    /// From a request to its first response of any kind, for each request on the hop to this host.
    #[serde(skip_serializing_if = "Option::is_none")]
    response_time: Option<Spans>,
    /// Requests on that hop that nothing answered within 64·T1.
    unanswered: u64,
    /// Registrations that were asked of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    registrations: Option<RegistrationsRecord>,
    /// Sessions that were asked of it, or ended there.
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions: Option<SessionsRecord>,
}

/// Spans of time in milliseconds. Median and 95th percentile are exact to an eighth.
#[derive(Serialize, JsonSchema)]
struct Spans {
    /// How many.
    count: u64,
    min_ms: f64,
    median_ms: f64,
    p95_ms: f64,
    max_ms: f64,
}

/// Registrations (RFC 6076 §4.1, §4.2).
#[derive(Serialize, JsonSchema)]
struct RegistrationsRecord {
    /// REGISTER requests that were refused or redirected, challenges left out.
    refused: u64,
    /// REGISTER requests that nothing answered.
    unanswered: u64,
    /// REGISTER requests that were challenged.
    challenged: u64,
    /// Ineffective registration attempts in percent.
    ira_percent: Option<f64>,
    /// Registration request delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    rrd: Option<Spans>,
}

/// Sessions (RFC 6076 §4.3 to §4.9).
#[derive(Serialize, JsonSchema)]
struct SessionsRecord {
    /// Sessions asked for: INVITE requests that ended, those that were challenged left out.
    attempts: u64,
    /// INVITE requests that were challenged.
    challenged: u64,
    /// Answered with 3xx.
    redirected: u64,
    /// Answered with 2xx.
    established: u64,
    /// Answered with 480, 486, 600 or 603.
    declined: u64,
    /// Answered with 408, 500, 503 or 504, or not at all.
    ineffective: u64,
    /// Answered with 487.
    cancelled: u64,
    /// Answered with any other final response.
    failed: u64,
    /// Established and ended by a BYE that was answered with 2xx.
    completed: u64,
    /// Established and ended by a BYE that was refused or not answered.
    incomplete: u64,
    /// Established, and the end is not in the capture.
    open: u64,
    /// Session establishment ratio in percent.
    ser_percent: Option<f64>,
    /// Session establishment effectiveness ratio in percent.
    seer_percent: Option<f64>,
    /// Ineffective session attempts in percent.
    isa_percent: Option<f64>,
    /// Session completion ratio in percent, those still open left out.
    scr_percent: Option<f64>,
    /// Session request delay of those established.
    #[serde(skip_serializing_if = "Option::is_none")]
    srd: Option<Spans>,
    /// Session request delay of those that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    srd_failed: Option<Spans>,
    /// Session disconnect delay, of BYE requests to this host answered with 2xx.
    #[serde(skip_serializing_if = "Option::is_none")]
    sdd: Option<Spans>,
    /// The same of those refused or not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    sdd_failed: Option<Spans>,
    /// Session duration time of those completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    sdt: Option<Spans>,
    /// Session duration time of those incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    sdt_failed: Option<Spans>,
    /// The mean number of hops that an INVITE crossed, as far as it was seen.
    hops_mean: Option<f64>,
    /// The most hops that an INVITE crossed.
    hops_max: Option<u16>,
}

/// The figures of RFC 6076 of one call or registration, as far as they are known.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct CallTimings {
    /// Registration request delay, of the newest registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rrd_ms: Option<f64>,
    /// Session request delay; `final_code` says whether the request succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) srd_ms: Option<f64>,
    /// Session disconnect delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sdd_ms: Option<f64>,
    /// Session duration time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sdt_ms: Option<f64>,
    /// How many hops the INVITE crossed, as far as it was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hops: Option<u16>,
}

impl CallTimings {
    pub(crate) fn add(&mut self, measured: &Measured) {
        match *measured {
            Measured::Registration { end, delay } => {
                if end == End::Success {
                    self.rrd_ms = Some(millis(delay));
                }
            }
            Measured::Session { end, delay, hops } => {
                self.hops = Some(hops);
                if !matches!(end, End::Challenge | End::Redirection) {
                    self.srd_ms = Some(millis(delay));
                }
            }
            Measured::Disconnect {
                end,
                delay,
                duration,
            } => {
                if end != End::Challenge {
                    self.sdd_ms = Some(millis(delay));
                    self.sdt_ms = duration.map(millis).or(self.sdt_ms);
                }
            }
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rrd_ms.is_none()
            && self.srd_ms.is_none()
            && self.sdd_ms.is_none()
            && self.hops.is_none()
    }
}

pub(super) fn records(timings: &Timings) -> Vec<PeerRecord> {
    timings.peers().iter().map(record).collect()
}

fn record(peer: &Peer) -> PeerRecord {
    PeerRecord {
        peer: peer.address.to_string(),
        response_time: spans(&peer.response_time),
        unanswered: peer.unanswered,
        registrations: registrations(&peer.registrations),
        sessions: sessions(&peer.sessions),
    }
}

fn registrations(of: &Registrations) -> Option<RegistrationsRecord> {
    (of.attempts() + of.challenged > 0).then(|| RegistrationsRecord {
        refused: of.refused,
        unanswered: of.unanswered,
        challenged: of.challenged,
        ira_percent: of.ineffective().map(hundredths),
        rrd: spans(&of.delay),
    })
}

fn sessions(of: &Sessions) -> Option<SessionsRecord> {
    of.is_any().then(|| SessionsRecord {
        attempts: of.attempts(),
        challenged: of.challenged,
        redirected: of.redirected,
        established: of.established,
        declined: of.declined,
        ineffective: of.ineffective,
        cancelled: of.cancelled,
        failed: of.failed,
        completed: of.completed,
        incomplete: of.incomplete,
        open: of.open(),
        ser_percent: of.establishment_ratio().map(hundredths),
        seer_percent: of.effectiveness_ratio().map(hundredths),
        isa_percent: of.ineffective_attempts().map(hundredths),
        scr_percent: of.completion_ratio().map(hundredths),
        srd: spans(&of.request_delay),
        srd_failed: spans(&of.failed_request_delay),
        sdd: spans(&of.disconnect_delay),
        sdd_failed: spans(&of.failed_disconnect_delay),
        sdt: spans(&of.duration),
        sdt_failed: spans(&of.failed_duration),
        hops_mean: of.mean_hops().map(hundredths),
        hops_max: of.mean_hops().map(|_| of.hops.2),
    })
}

fn spans(series: &Series) -> Option<Spans> {
    (series.count() > 0).then(|| Spans {
        count: series.count(),
        min_ms: millis(series.shortest()),
        median_ms: millis(series.percentile(50)),
        p95_ms: millis(series.percentile(95)),
        max_ms: millis(series.longest()),
    })
}

/// Milliseconds, to the microsecond.
fn millis(span: Duration) -> f64 {
    (span.as_secs_f64() * 1e6).round() / 1e3
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
