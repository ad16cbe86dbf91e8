//! The interfaces there are.

use std::net::IpAddr;

use pcap::Device;

use super::error::LiveError;
use crate::printable::printable;

/// An interface that can be captured from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name, as [`super::LiveConfig::interface`] takes it.
    pub name: String,
    /// What the system says of it, if anything.
    pub description: Option<String>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether it is up.
    pub up: bool,
    /// Whether it is a loopback interface.
    pub loopback: bool,
}

/// Devices that libpcap lists but that carry no frames of a network.
const NO_NETWORKS: [&str; 5] = ["bluetooth", "dbus-", "nflog", "nfqueue", "usbmon"];

/// The interfaces there are, in the order in which libpcap thinks them useful. Which of them this
/// user may capture from is known only when one is opened.
///
/// # Errors
/// [`LiveError::List`] when the system does not tell.
pub fn interfaces() -> Result<Vec<Interface>, LiveError> {
    let devices = Device::list().map_err(|error| LiveError::List(libpcap_says(&error)))?;
    Ok(devices
        .into_iter()
        .filter(|device| {
            !NO_NETWORKS
                .iter()
                .any(|prefix| device.name.starts_with(prefix))
        })
        .map(|device| Interface {
            up: device.flags.is_up(),
            loopback: device.flags.is_loopback(),
            addresses: device
                .addresses
                .iter()
                .map(|address| address.addr)
                .collect(),
            name: device.name,
            description: device.desc,
        })
        .collect())
}

/// The error for a name that is not among the interfaces; `None` when it is, or when they are not
/// known.
pub(super) fn unknown(name: &str) -> Option<LiveError> {
    let known: Vec<String> = interfaces().ok()?.into_iter().map(|one| one.name).collect();
    if known.iter().any(|one| one == name) {
        return None;
    }
    let nearest = nearest(name, &known).map(printable);
    let known = known.iter().map(|one| printable(one)).collect();
    Some(LiveError::NoSuchInterface {
        interface: printable(name),
        nearest,
        known,
    })
}

/// What libpcap said, without the crate's own words before it, on one line.
pub(super) fn libpcap_says(error: &pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(text) => printable(text.trim()),
        other => printable(&other.to_string()),
    }
}

/// The name at the smallest edit distance, if that is small enough to be a slip.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    const SLIP: usize = 2;
    let slip = SLIP.min(name.chars().count() / 2);
    known
        .iter()
        .map(|one| (edit_distance(name, one), one.as_str()))
        .filter(|(distance, _)| *distance <= slip)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, one)| one)
}

/// How many characters to insert, delete, replace or swap with their neighbour (which counts as
/// two) to get from one to the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, b) in row[1..].iter_mut().zip(&to) {
            let best = (diagonal + usize::from(a != *b))
                .min(left + 1)
                .min(*above + 1);
            diagonal = *above;
            *above = best;
            left = best;
        }
        row[0] = i + 1;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_a_slip_away() {
        let known = ["any", "lo", "eth0", "eth1", "enp3s0"].map(str::to_owned);
        assert_eq!(nearest("eht0", &known), Some("eth0"));
        assert_eq!(nearest("eth11", &known), Some("eth1"));
        assert_eq!(nearest("enp3s0f", &known), Some("enp3s0"));
        assert_eq!(nearest("wlan0", &known), None);
        assert_eq!(nearest("xy", &known), None);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", ""), 3);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
    }

    #[test]
    fn unknown_names_are_told_with_those_there_are() {
        let Some(error) = unknown("no\u{1b}such9") else {
            println!("skipped: the interfaces cannot be listed here");
            return;
        };
        let text = error.to_string();
        assert!(text.starts_with("no interface no\\u{1b}such9; "), "{text}");
    }
}
