//! Host names that a capture file brings with it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::fields::ByteOrder;

const END: u16 = 0;
const IPV4: u16 = 1;
const IPV6: u16 = 2;

/// The names in a name resolution block of a pcapng file: addresses, each with one or more names.
///
/// Whatever does not fit the block ends the iteration.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    order: ByteOrder,
    records: &'a [u8],
    /// The address whose names are being told, and the names still to tell.
    current: Option<(IpAddr, &'a [u8])>,
}

impl<'a> Names<'a> {
    pub(super) const fn new(order: ByteOrder, records: &'a [u8]) -> Self {
        Self {
            order,
            records,
            current: None,
        }
    }

    /// The next record: its type and its value.
    fn record(&mut self) -> Option<(u16, &'a [u8])> {
        let (head, rest) = self.records.split_at_checked(4)?;
        let (kind, len) = (self.order.u16(head, 0), self.order.u16(head, 2));
        let len = usize::from(len);
        let value = rest.get(..len)?;
        self.records = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        (kind != END).then_some((kind, value))
    }
}

impl<'a> Iterator for Names<'a> {
    /// An address, and a name of it as the file has it.
    type Item = (IpAddr, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((address, names)) = &mut self.current {
                let mut parts = names.splitn(2, |byte| *byte == 0);
                let name = parts.next().unwrap_or_default();
                *names = parts.next().unwrap_or_default();
                if !name.is_empty() {
                    return Some((*address, name));
                }
                self.current = None;
            }
            let Some((kind, value)) = self.record() else {
                self.records = &[];
                return None;
            };
            self.current = match kind {
                IPV4 => value
                    .split_first_chunk::<4>()
                    .map(|(address, names)| (Ipv4Addr::from(*address).into(), names)),
                IPV6 => value
                    .split_first_chunk::<16>()
                    .map(|(address, names)| (Ipv6Addr::from(*address).into(), names)),
                // Hardware addresses, which no SIP message names.
                _ => None,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(order: ByteOrder, records: &[u8]) -> Vec<(String, String)> {
        Names::new(order, records)
            .map(|(address, name)| {
                (
                    address.to_string(),
                    String::from_utf8_lossy(name).into_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn each_name_of_each_address() {
        let records = [
            &[0, 1, 0, 10, 192, 0, 2, 1][..],
            b"a\0bc\0\0",
            &[0, 0],
            &[0, 3, 0, 1, 9, 0, 0, 0],
            &[0, 2, 0, 18],
            &Ipv6Addr::LOCALHOST.octets(),
            b"d\0\0\0",
            &[0, 0, 0, 0],
            &[0, 1, 0, 6, 192, 0, 2, 2, b'e', 0, 0, 0],
        ]
        .concat();
        let expected = [("192.0.2.1", "a"), ("192.0.2.1", "bc"), ("::1", "d")];
        let expected = expected.map(|(address, name)| (address.to_owned(), name.to_owned()));
        assert_eq!(told(ByteOrder::Big, &records), expected);
    }

    #[test]
    fn what_does_not_fit_ends_it() {
        let whole = [1, 0, 6, 0, 192, 0, 2, 1, b'a', 0, 0, 0];
        for end in 0..whole.len() {
            let names = told(ByteOrder::Little, &whole[..end]);
            assert!(names.len() <= usize::from(end >= 10), "{end}: {names:?}");
        }
        assert_eq!(told(ByteOrder::Little, &[1, 0, 255, 255, 1]), []);
        assert_eq!(told(ByteOrder::Little, &[1, 0, 3, 0, 1, 2, 3, 0]), []);
    }
}
