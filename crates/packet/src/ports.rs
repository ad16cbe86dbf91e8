//! Which ports carry SIP.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The port that SIP uses when nothing else was agreed (RFC 3261 §19.1.2).
pub const SIP_PORT: u16 = 5060;

/// The port that SIP over TLS uses when nothing else was agreed (RFC 3261 §19.1.2).
const SIPS_PORT: u16 = 5061;

/// Bits in a word of the bitmap.
const WORD: usize = u64::BITS as usize;
/// Words in the bitmap: one bit for each port.
const WORDS: usize = 65_536 / WORD;

/// A set of UDP and TCP ports.
///
/// What reaches a port of the set is taken for SIP unless it proves otherwise, and is counted when
/// it does. With [`Ports::any`], every other port is looked at too, and what begins like a SIP
/// message there is one.
#[derive(Clone, PartialEq, Eq)]
pub struct Ports {
    bits: Box<[u64; WORDS]>,
    any: bool,
}

impl Ports {
    /// The empty set.
    #[must_use]
    pub fn none() -> Self {
        Self {
            bits: Box::new([0; WORDS]),
            any: false,
        }
    }

    /// Ports 5060 and 5061, and SIP found by content on every other port.
    #[must_use]
    pub fn any() -> Self {
        let mut ports = Self::default();
        // Nothing but the port tells that there is SIP in TLS.
        ports.insert(SIP_PORT..=SIPS_PORT);
        ports.any = true;
        ports
    }

    /// Adds the ports of a range.
    pub fn insert(&mut self, ports: RangeInclusive<u16>) {
        for port in ports {
            let port = usize::from(port);
            if let Some(word) = self.bits.get_mut(port / WORD) {
                *word |= 1 << (port % WORD);
            }
        }
    }

    /// Whether what reaches this port is expected to be SIP.
    #[inline]
    #[must_use]
    pub fn contains(&self, port: u16) -> bool {
        let port = usize::from(port);
        self.bits
            .get(port / WORD)
            .is_some_and(|word| word >> (port % WORD) & 1 == 1)
    }

    /// Whether ports outside the set are searched for SIP by content.
    #[inline]
    #[must_use]
    pub const fn is_any(&self) -> bool {
        self.any
    }

    /// The ports of the set as ranges, ascending; what a capture filter is written from.
    pub fn ranges(&self) -> impl Iterator<Item = RangeInclusive<u16>> + '_ {
        let mut next = Some(0_u16);
        std::iter::from_fn(move || {
            let start = (next?..=u16::MAX).find(|&port| self.contains(port))?;
            let end = (start..=u16::MAX)
                .take_while(|&port| self.contains(port))
                .last()?;
            next = end.checked_add(1);
            Some(start..=end)
        })
    }
}

impl Default for Ports {
    /// Port 5060.
    fn default() -> Self {
        let mut ports = Self::none();
        ports.insert(SIP_PORT..=SIP_PORT);
        ports
    }
}

impl fmt::Debug for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ports({self})")
    }
}

impl fmt::Display for Ports {
    /// As [`Ports::from_str`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if self.any {
            f.write_str("any")?;
            if *self == Self::any() {
                return Ok(());
            }
            separator = ",";
        }
        for range in self.ranges() {
            let (start, end) = range.into_inner();
            if start == end {
                write!(f, "{separator}{start}")?;
            } else {
                write!(f, "{separator}{start}-{end}")?;
            }
            separator = ",";
        }
        Ok(())
    }
}

/// Why a list of ports could not be read. Names the part at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortsError {
    part: String,
    fault: Fault,
}

/// What is wrong with one part of a list of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    NotAPort,
    Backwards,
}

impl fmt::Display for PortsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = &self.part;
        match self.fault {
            Fault::Empty => {
                f.write_str("a port is missing: expected a list such as 5060,5070-5080")
            }
            Fault::NotAPort => {
                write!(
                    f,
                    "{part:?} is not a port: expected 1 to 65535, a range, or any"
                )
            }
            Fault::Backwards => write!(f, "{part:?} runs backwards: the smaller port comes first"),
        }
    }
}

impl std::error::Error for PortsError {}

impl FromStr for Ports {
    type Err = PortsError;

    /// Reads `5060`, `5060,5070-5080` or `any`.
    fn from_str(text: &str) -> Result<Self, PortsError> {
        let mut ports = Self::none();
        for part in text.split(',').map(str::trim) {
            if part.eq_ignore_ascii_case("any") {
                ports.any = true;
                ports.insert(SIP_PORT..=SIPS_PORT);
            } else {
                ports.insert(range(part)?);
            }
        }
        Ok(ports)
    }
}

/// Reads a port or a range of ports.
fn range(part: &str) -> Result<RangeInclusive<u16>, PortsError> {
    let fault = |fault| PortsError {
        part: part.to_owned(),
        fault,
    };
    if part.is_empty() {
        return Err(fault(Fault::Empty));
    }
    let port = |digits: &str| match digits.trim().parse() {
        Ok(0) | Err(_) => Err(fault(Fault::NotAPort)),
        Ok(port) => Ok(port),
    };
    let (start, end) = match part.split_once('-') {
        Some((start, end)) => (port(start)?, port(end)?),
        None => (port(part)?, port(part)?),
    };
    if start > end {
        Err(fault(Fault::Backwards))
    } else {
        Ok(start..=end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_are_read_and_written_back() {
        let ports: Ports = " 5060, 5070-5080 ,65535".parse().unwrap();
        assert!(ports.contains(5060) && ports.contains(5070) && ports.contains(5080));
        assert!(ports.contains(65_535));
        assert!(!ports.contains(5061) && !ports.contains(5081) && !ports.contains(0));
        assert!(!ports.is_any());
        assert_eq!(ports.to_string(), "5060,5070-5080,65535");
        assert_eq!(ports.to_string().parse::<Ports>().unwrap(), ports);
        assert_eq!(Ports::default().to_string(), "5060");
    }

    #[test]
    fn any_keeps_the_default_ports() {
        let ports: Ports = "any".parse().unwrap();
        assert!(ports.is_any() && ports.contains(5060) && ports.contains(5061));
        assert_eq!(ports, Ports::any());
        assert_eq!(ports.to_string(), "any");
        let more: Ports = "Any,5080".parse().unwrap();
        assert!(more.is_any() && more.contains(5080));
        assert_eq!(more.to_string(), "any,5060-5061,5080");
    }

    #[test]
    fn the_part_at_fault_is_named() {
        for (text, named) in [
            ("5060,sip", "\"sip\""),
            ("5060,70000", "\"70000\""),
            ("0", "\"0\""),
            ("5060-", "\"5060-\""),
            ("5080-5070", "\"5080-5070\""),
            ("5060,,5061", "missing"),
            ("", "missing"),
        ] {
            let error = text.parse::<Ports>().unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
