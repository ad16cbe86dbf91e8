//! Opening an interface.

use std::time::Duration;

use pcap::{Active, Capture, Linktype, Precision};
use sipwhy_packet::LinkType;

use super::config::{LONGEST_SNAPLEN, LiveConfig, SMALLEST_BUFFER_BYTES};
use super::error::LiveError;
use super::filter::port_filter;
use super::interfaces::{libpcap_says, unknown};
use crate::printable::printable;

/// How long a read waits on an idle interface before it comes back empty-handed, in milliseconds,
/// where the system has such a limit: counts are then brought up to date.
const READ_TIMEOUT_MS: i32 = 100;

/// How often the kernel looks whether there are frames to hand over, if it may gather them, in
/// milliseconds. Those that came after it looked the last time wait for the time after the next.
const GATHER_MS: i32 = 10;

/// After a stop, how long frames that the kernel was gathering are waited for.
const GATHERED_BY: Duration = Duration::from_millis(50);

/// Linux stamps in nanoseconds; elsewhere it is not certain, and libpcap's answer cannot be had.
pub(super) const PRECISION: Precision = if cfg!(target_os = "linux") {
    Precision::Nano
} else {
    Precision::Micro
};

/// An open interface.
pub(super) struct Opened {
    pub(super) capture: Capture<Active>,
    pub(super) link_type: LinkType,
    /// The filter that is set.
    pub(super) filter: Option<String>,
    /// How long after it was captured a frame may still be on its way here.
    pub(super) under_way: Duration,
}

pub(super) fn open(config: &LiveConfig) -> Result<Opened, LiveError> {
    if !(1..=LONGEST_SNAPLEN).contains(&config.snaplen) {
        return Err(LiveError::Snaplen(config.snaplen));
    }
    if config.buffer_bytes < SMALLEST_BUFFER_BYTES || i32::try_from(config.buffer_bytes).is_err() {
        return Err(LiveError::BufferBytes(config.buffer_bytes));
    }
    let interface = config.interface.as_str();
    // Asking for it there is an error for the crate.
    let promiscuous = config.promiscuous && interface != "any";
    let capture = match activate(config, promiscuous) {
        // Some interfaces have no such mode, and see everything or nothing without it.
        Err(error) if promiscuous && libpcap_says(&error).contains("romiscuous") => {
            activate(config, false)
        }
        other => other,
    };
    let mut capture = capture.map_err(|error| explain(interface, &error))?;
    let link_type = link_type(capture.get_datalink());
    let filter = set_filter(&mut capture, config)?;
    let under_way = if config.immediate {
        Duration::ZERO
    } else {
        GATHERED_BY
    };
    Ok(Opened {
        capture,
        link_type,
        filter,
        under_way,
    })
}

fn activate(config: &LiveConfig, promiscuous: bool) -> Result<Capture<Active>, pcap::Error> {
    Capture::from_device(config.interface.as_str())?
        .snaplen(config.snaplen as i32)
        .buffer_size(config.buffer_bytes as i32)
        .promisc(promiscuous)
        .immediate_mode(config.immediate)
        .timeout(if config.immediate {
            READ_TIMEOUT_MS
        } else {
            GATHER_MS
        })
        .precision(PRECISION)
        .open()
}

/// Sets the user's filter, or the one from the ports.
fn set_filter(
    capture: &mut Capture<Active>,
    config: &LiveConfig,
) -> Result<Option<String>, LiveError> {
    if let Some(filter) = &config.filter {
        return match capture.filter(filter, true) {
            Ok(()) => Ok(Some(filter.clone())),
            Err(error) => Err(bad_filter(filter, &error)),
        };
    }
    // Without VLAN tags where libpcap has no word for them.
    let mut refused = None;
    for vlan in [true, false] {
        let Some(filter) = port_filter(&config.ports, vlan) else {
            return Ok(None);
        };
        match capture.filter(&filter, true) {
            Ok(()) => return Ok(Some(filter)),
            Err(error) => refused = Some(bad_filter(&filter, &error)),
        }
    }
    refused.map_or(Ok(None), Err)
}

fn bad_filter(filter: &str, error: &pcap::Error) -> LiveError {
    LiveError::BadFilter {
        filter: printable(filter),
        reason: libpcap_says(error),
    }
}

/// What stood in the way of opening an interface. libpcap's codes do not come through the crate,
/// its words do.
fn explain(interface: &str, error: &pcap::Error) -> LiveError {
    if let Some(error) = unknown(interface) {
        return error;
    }
    let reason = libpcap_says(error);
    let interface = printable(interface);
    if ["CAP_NET_RAW", "not permitted", "ermission"]
        .iter()
        .any(|words| reason.contains(words))
    {
        return LiveError::NoPermission { interface };
    }
    if reason.contains("is not up") {
        return LiveError::Down { interface };
    }
    LiveError::Libpcap { interface, reason }
}

/// The link type as files number it. libpcap's own numbers are the same, but for raw IP.
fn link_type(dlt: Linktype) -> LinkType {
    match dlt.0 {
        12 if cfg!(target_os = "openbsd") => LinkType::LOOP,
        12 | 14 => LinkType::RAW,
        // Numbers are below 65536; none has this one.
        other => LinkType(u16::try_from(other).unwrap_or(u16::MAX)),
    }
}
