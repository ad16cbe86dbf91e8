//! DNS messages (RFC 1035), as far as calls need them.

use std::net::Ipv4Addr;

/// One answer of a name server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The name has this address.
    A(Ipv4Addr),
    /// The name is another's alias.
    Cname(String),
    /// The service is at this port of this host.
    Srv(u16, String),
}

const A: u16 = 1;
const CNAME: u16 = 5;
const SRV: u16 = 33;

/// A question for `name`: for services where it begins with an underscore, else for addresses.
#[must_use]
pub fn query(name: &str) -> Vec<u8> {
    message(name, question_type(name), [0x01, 0x00], &[])
}

/// The answer to a question for `name`; without records it says that there is no such name.
#[must_use]
pub fn answer(name: &str, records: &[Record]) -> Vec<u8> {
    let outcome = if records.is_empty() { 0x83 } else { 0x80 };
    message(name, question_type(name), [0x81, outcome], records)
}

fn question_type(name: &str) -> u16 {
    if name.starts_with('_') { SRV } else { A }
}

fn message(name: &str, kind: u16, flags: [u8; 2], records: &[Record]) -> Vec<u8> {
    let mut bytes = vec![0x12, 0x34, flags[0], flags[1], 0, 1, 0];
    bytes.push(u8::try_from(records.len()).unwrap_or(u8::MAX));
    bytes.extend([0; 4]);
    bytes.extend(labels(name));
    bytes.extend(kind.to_be_bytes());
    bytes.extend([0, 1]);
    for record in records {
        let (kind, data) = match record {
            Record::A(address) => (A, address.octets().to_vec()),
            Record::Cname(alias) => (CNAME, labels(alias)),
            Record::Srv(port, host) => {
                let [high, low] = port.to_be_bytes();
                let mut data = vec![0, 10, 0, 10, high, low];
                data.extend(labels(host));
                (SRV, data)
            }
        };
        // The name again, by a pointer to the question; class IN; an hour to live.
        bytes.extend([0xc0, 12]);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0x0e, 0x10]);
        bytes.extend(u16::try_from(data.len()).unwrap_or(u16::MAX).to_be_bytes());
        bytes.extend(data);
    }
    bytes
}

fn labels(name: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len() + 2);
    for label in name.trim_end_matches('.').split('.') {
        bytes.push(u8::try_from(label.len()).unwrap_or(63));
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes
}
