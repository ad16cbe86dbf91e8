//! DNS messages (RFC 1035): names and addresses are replaced as they are in SIP; of other records
//! nothing stays but what they are.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::addresses;
use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};

const HEADER: usize = 12;
/// The longest name (RFC 1035 §3.1).
const MOST_NAME: usize = 255;

/// Types of records (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 3403, RFC 6891).
const A: u16 = 1;
const NS: u16 = 2;
const CNAME: u16 = 5;
const SOA: u16 = 6;
const PTR: u16 = 12;
const MX: u16 = 15;
const AAAA: u16 = 28;
const SRV: u16 = 33;
const NAPTR: u16 = 35;
const OPT: u16 = 41;

/// Replaces what a message holds; what cannot be read of it is blank.
pub(crate) fn message(all: Permutations, bytes: &mut [u8]) {
    let old = bytes.to_vec();
    let read = Reader {
        all,
        old: &old,
        new: bytes,
        at: HEADER,
    }
    .records();
    // Behind the last record that could be read.
    if let Some(rest) = bytes.get_mut(read..) {
        rest.fill(0);
    }
}

/// Whether records have this class: the Internet, also with the bit that mDNS sets (RFC 6762
/// §10.2), none or any (RFC 6895 §3.2). In an OPT record it is a number (RFC 6891 §6.1.2).
const fn is_class(kind: u16, class: u16) -> bool {
    kind == OPT || matches!(class, 1 | 0x8001 | 254 | 255)
}

struct Reader<'b> {
    all: Permutations,
    old: &'b [u8],
    new: &'b mut [u8],
    at: usize,
}

impl Reader<'_> {
    /// Goes through the records. Gives where it got to.
    fn records(mut self) -> usize {
        let count = |at: usize| self.old.get(at..).and_then(<[u8]>::first_chunk);
        let [Some(questions), Some(one), Some(two), Some(three)] =
            [count(4), count(6), count(8), count(10)]
        else {
            return 0;
        };
        let questions = u16::from_be_bytes(*questions);
        let answers = [one, two, three].map(|it| u64::from(u16::from_be_bytes(*it)));
        for _ in 0..questions {
            let start = self.at;
            if self.question().is_none() {
                return start;
            }
        }
        for _ in 0..answers.iter().sum() {
            let start = self.at;
            if self.record().is_none() {
                return start;
            }
        }
        self.at
    }

    fn question(&mut self) -> Option<()> {
        self.name()?;
        let &[a, b, c, d] = self.old.get(self.at..)?.first_chunk()?;
        self.at += 4;
        is_class(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])).then_some(())
    }

    fn record(&mut self) -> Option<()> {
        self.name()?;
        let head = self.old.get(self.at..)?.first_chunk::<10>()?;
        let &[a, b, c, d, .., y, z] = head;
        let kind = u16::from_be_bytes([a, b]);
        if !is_class(kind, u16::from_be_bytes([c, d])) {
            return None;
        }
        // How long it may be kept.
        self.new.get_mut(self.at + 4..self.at + 8)?.fill(0);
        let start = self.at + head.len();
        let end = start + usize::from(u16::from_be_bytes([y, z]));
        if end > self.old.len() {
            return None;
        }
        self.data(kind, start..end);
        self.at = end;
        Some(())
    }

    fn data(&mut self, kind: u16, range: Range<usize>) {
        let all = self.all;
        let Some(place) = self.new.get_mut(range.clone()) else {
            return;
        };
        match kind {
            A => match <[u8; 4]>::try_from(&*place) {
                Ok(address) => {
                    let new = addresses::v4(all, Ipv4Addr::from(address));
                    place.copy_from_slice(&new.octets());
                }
                Err(_) => place.fill(0),
            },
            AAAA => match <[u8; 16]>::try_from(&*place) {
                Ok(address) => {
                    let new = addresses::v6(all, Ipv6Addr::from(address));
                    place.copy_from_slice(&new.octets());
                }
                Err(_) => place.fill(0),
            },
            NS | CNAME | PTR => self.names(range, 0, 1),
            MX => self.names(range, 2, 1),
            SRV => self.names(range, 6, 1),
            SOA => self.names(range, 0, 2),
            NAPTR => self.pointer(range),
            _ => place.fill(0),
        }
    }

    /// So many names behind so many bytes of numbers. None of them stays but the port of a service:
    /// damage makes numbers of any bytes.
    fn names(&mut self, range: Range<usize>, skip: usize, count: usize) {
        /// Priority and weight (RFC 2782), and all that other records have.
        const BEFORE_PORT: usize = 4;
        self.at = range.start + skip;
        let numbers = self.new.iter_mut().take(range.end).skip(range.start);
        numbers
            .take(skip.min(BEFORE_PORT))
            .for_each(|byte| *byte = 0);
        for _ in 0..count {
            if self.at >= range.end || self.name().is_none() {
                break;
            }
        }
        self.blank(range.end);
    }

    /// Blanks what is left of a record that ends at `end`: damage can make it anything.
    fn blank(&mut self, end: usize) {
        if let Some(rest) = self.new.get_mut(self.at..end) {
            rest.fill(0);
        }
    }

    /// Order, preference, three strings (flags, service, expression), a name (RFC 3403 §4.1).
    fn pointer(&mut self, range: Range<usize>) {
        let mut at = (range.start + 4).min(range.end);
        if let Some(numbers) = self.new.get_mut(range.start..at) {
            numbers.fill(0);
        }
        for string in 0..3 {
            let Some(&length) = self.old.get(at) else {
                break;
            };
            let end = at + 1 + usize::from(length);
            if end > range.end {
                break;
            }
            if let Some(text) = self.new.get_mut(at + 1..end) {
                let keep = if string < 2 {
                    Keep::Protocol(1)
                } else {
                    Keep::Nothing
                };
                sweep(self.all, keep, text);
            }
            at = end;
        }
        self.at = at;
        if self.at < range.end {
            self.name();
        }
        self.blank(range.end);
    }

    /// A name from here on, whose labels are replaced where they stand here and not elsewhere.
    fn name(&mut self) -> Option<()> {
        let mut labels: Vec<Range<usize>> = Vec::new();
        // How many of them stand here, and where the name ends here.
        let mut here: Option<(usize, usize)> = None;
        let mut at = self.at;
        loop {
            let length = *self.old.get(at)?;
            match length {
                0 => {
                    here.get_or_insert((labels.len(), at + 1));
                    break;
                }
                1..=63 => {
                    let end = at + 1 + usize::from(length);
                    self.old.get(at..end)?;
                    labels.push(at + 1..end);
                    at = end;
                }
                // A pointer to the rest.
                192.. => {
                    let low = *self.old.get(at + 1)?;
                    here.get_or_insert((labels.len(), at + 2));
                    at = usize::from(u16::from_be_bytes([length & 0x3f, low]));
                }
                _ => return None,
            }
            let bytes: usize = labels.iter().map(|label| label.len() + 1).sum();
            if bytes > MOST_NAME {
                return None;
            }
            // A pointer that leads to itself adds no label.
            if here.is_some_and(|(_, end)| end > self.old.len()) || at >= self.old.len() {
                return None;
            }
            if length >= 192 && self.old.get(at).is_some_and(|next| *next >= 192) {
                return None;
            }
        }
        let (count, end) = here?;
        let name = self.replaced(&labels);
        for (label, new) in labels.iter().zip(name.split(|byte| *byte == 0)).take(count) {
            if let Some(place) = self.new.get_mut(label.clone())
                && place.len() == new.len()
            {
                place.copy_from_slice(new);
            }
        }
        self.at = end;
        Some(())
    }

    /// The stand-ins of labels, with zeros between them.
    fn replaced(&self, labels: &[Range<usize>]) -> Vec<u8> {
        let texts = labels.iter().filter_map(|it| self.old.get(it.clone()));
        let texts: Vec<&[u8]> = texts.collect();
        let is_reverse = texts
            .last()
            .is_some_and(|it| it.eq_ignore_ascii_case(b"arpa"));
        // A dot in a label would be taken for one between labels, a zero for none.
        let is_odd = texts
            .iter()
            .any(|it| it.iter().any(|byte| b"\0.".contains(byte)));
        let mut name = texts.join(&b'.');
        if is_reverse {
            // Numbers and addresses in reverse, digit by digit.
            name.iter_mut()
                .filter(|byte| byte.is_ascii_digit())
                .for_each(|byte| *byte = b'0');
        } else if is_odd {
            name.fill(b'x');
            // Their lengths cannot be told from the dots.
            return texts
                .iter()
                .map(|text| vec![b'x'; text.len()])
                .collect::<Vec<_>>()
                .join(&0);
        } else {
            sweep(self.all, Keep::Nothing, &mut name);
        }
        for byte in &mut name {
            if *byte == b'.' {
                *byte = 0;
            }
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Key;

    fn all() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    fn of(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        sweep(all(), Keep::Nothing, &mut bytes);
        bytes
    }

    /// An answer to `_sip._udp.acme.com SRV`: `pbx.acme.com`, by pointers, and its address.
    fn answer() -> Vec<u8> {
        let mut bytes = vec![0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 2];
        bytes.extend(b"\x04_sip\x04_udp\x04acme\x03com\0");
        bytes.extend([0, 33, 0, 1]);
        bytes.extend([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 12]);
        bytes.extend(b"\0\x01\0\x02\x13\xc4\x03pbx\xc0\x16");
        bytes.extend([0xc0, 54, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 77, 0, 20]);
        bytes.extend([0, 0, 16, 0, 1, 0, 0, 0, 60, 0, 6]);
        bytes.extend(b"\x05alice");
        bytes
    }

    #[test]
    fn names_and_addresses_are_those_of_messages() {
        let mut bytes = answer();
        message(all(), &mut bytes);
        let host = of("pbx.acme.com");
        let labels: Vec<&[u8]> = host.split(|byte| *byte == b'.').collect();
        let question = [
            b"\x04_sip\x04_udp\x04",
            labels[1],
            b"\x03",
            labels[2],
            b"\0",
        ]
        .concat();
        assert_eq!(bytes[12..12 + question.len()], question);
        let target = [b"\x03", labels[0], b"\xc0\x16"].concat();
        assert_eq!(bytes[54..60], target);
        let address = addresses::v4(all(), Ipv4Addr::new(10, 77, 0, 20));
        assert!(bytes.windows(4).any(|it| it == address.octets()));
        assert!(bytes.ends_with(&[0; 6]), "text is blank");
    }

    proptest! {
        #[test]
        fn any_bytes_do(mut bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let length = bytes.len();
            message(all(), &mut bytes);
            prop_assert_eq!(bytes.len(), length);
        }

        #[test]
        fn a_damaged_message_names_nobody(
            damage in prop::collection::vec((0_usize..90, any::<u8>()), 1..4),
        ) {
            let mut bytes = answer();
            for (at, byte) in damage {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            message(all(), &mut bytes);
            prop_assert!(!bytes.windows(5).any(|it| it == b"alice"));
            prop_assert!(!bytes.windows(4).any(|it| it == b"acme"));
        }
    }
}
