//! Host names and their addresses, as DNS answers in the capture gave them, or the capture file.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use simple_dns::rdata::RData;
use simple_dns::{Packet, PacketFlag, RCODE};
use sipwhy_packet::Datagram;
use smallvec::SmallVec;

use crate::config::HashSeed;
use crate::key::{Seeded, SeededMap};
use crate::moment::Moment;
use crate::vantage::{AttemptEnd, AttemptKind, Vantage};

/// Aliases and services followed from one name before the search is given up as a loop.
const DEPTH: u8 = 8;
/// The services that RFC 3263 §4.1 looks up.
const SERVICES: [&str; 3] = ["_sip._udp.", "_sip._tcp.", "_sips._tcp."];
/// Records kept under one name.
const RECORDS: usize = 8;

/// What the DNS said.
#[derive(Debug)]
pub struct Names {
    known: SeededMap<String, Name>,
    limit: usize,
    /// Names not taken in because the table was full.
    pub(crate) refused: u64,
}

#[derive(Debug)]
struct Name {
    /// When a DNS answer first told of it.
    learnt: Option<Moment>,
    addresses: SmallVec<[IpAddr; 2]>,
    alias: Option<String>,
    services: Vec<(String, u16)>,
}

/// An address a name stands for, and the port, where an SRV record gave one.
pub(crate) type Destination = (IpAddr, Option<u16>);

impl Names {
    pub(crate) fn new(limit: usize, seed: HashSeed) -> Self {
        Self {
            known: SeededMap::with_hasher(Seeded(seed)),
            limit,
            refused: 0,
        }
    }

    /// Takes in a DNS message; one that cannot be decoded is ignored.
    pub(crate) fn note(&mut self, datagram: &Datagram<'_>, vantage: &mut Vantage) {
        let Ok(packet) = Packet::parse(datagram.payload) else {
            return;
        };
        let at = Moment::new(datagram.time, datagram.frame);
        if !packet.has_flags(PacketFlag::RESPONSE) {
            for question in packet.questions.iter().take(4) {
                let name = lowercase(&question.qname.to_string());
                let asker = datagram.flow.source.ip();
                vantage.note_attempt(asker, AttemptKind::Lookup(name), at);
            }
            return;
        }
        let end = if packet.rcode() == RCODE::NoError && !packet.answers.is_empty() {
            AttemptEnd::Answered
        } else {
            AttemptEnd::Refused
        };
        for question in packet.questions.iter().take(4) {
            let name = lowercase(&question.qname.to_string());
            let asker = datagram.flow.destination.ip();
            vantage.end_attempt(asker, &AttemptKind::Lookup(name), end);
        }
        for record in packet.answers.iter().chain(&packet.additional_records) {
            let name = lowercase(&record.name.to_string());
            match &record.rdata {
                RData::A(a) => self.add_address(name, Ipv4Addr::from(a.address).into(), at),
                RData::AAAA(a) => self.add_address(name, Ipv6Addr::from(a.address).into(), at),
                RData::CNAME(alias) => {
                    let alias = lowercase(&alias.0.to_string());
                    if let Some(entry) = self.entry(name, at) {
                        entry.alias = Some(alias);
                    }
                }
                RData::SRV(service) => {
                    let target = (lowercase(&service.target.to_string()), service.port);
                    if let Some(entry) = self.entry(name, at)
                        && entry.services.len() < RECORDS
                        && !entry.services.contains(&target)
                    {
                        entry.services.push(target);
                    }
                }
                _ => {}
            }
        }
    }

    /// Takes in a name that came with the capture, from no frame.
    pub(crate) fn learn(&mut self, address: IpAddr, name: &[u8]) {
        let name = lowercase(&String::from_utf8_lossy(name));
        self.add_address(name, address, None);
    }

    fn add_address(&mut self, name: String, address: IpAddr, at: impl Into<Option<Moment>>) {
        if let Some(entry) = self.entry(name, at)
            && entry.addresses.len() < RECORDS
            && !entry.addresses.contains(&address)
        {
            entry.addresses.push(address);
        }
    }

    /// What is known of a name, to add to. `at` is when a DNS answer told it.
    fn entry(&mut self, name: String, at: impl Into<Option<Moment>>) -> Option<&mut Name> {
        if self.known.len() >= self.limit && !self.known.contains_key(&name) {
            self.refused += 1;
            return None;
        }
        let fresh = || Name {
            learnt: None,
            addresses: SmallVec::new(),
            alias: None,
            services: Vec::new(),
        };
        let entry = self.known.entry(name).or_insert_with(fresh);
        entry.learnt = entry.learnt.or(at.into());
        Some(entry)
    }

    /// When a DNS answer first told of `host`.
    #[must_use]
    pub(crate) fn learnt(&self, host: &[u8]) -> Option<Moment> {
        let host = lowercase(&String::from_utf8_lossy(host));
        let mut names = vec![host.clone()];
        names.extend(SERVICES.iter().map(|service| format!("{service}{host}")));
        names
            .iter()
            .filter_map(|name| self.known.get(name))
            .find_map(|name| name.learnt)
    }

    /// A name that stands for this address: of several the first in the alphabet. The names are
    /// looked through one by one, so that this is for outputs, once for each host.
    #[must_use]
    pub fn name_of(&self, address: IpAddr) -> Option<&str> {
        let named = self.known.iter();
        let named = named.filter(|(_, entry)| entry.addresses.contains(&address));
        named.map(|(name, _)| name.as_str()).min()
    }

    /// Every address that `host` stands for, by RFC 3263 §4.2: services first (whichever
    /// transport they are for), then plain addresses. Empty when none was seen.
    #[must_use]
    pub(crate) fn resolve(&self, host: &[u8]) -> Vec<Destination> {
        let host = lowercase(&String::from_utf8_lossy(host));
        let mut found = Vec::new();
        for service in SERVICES {
            if let Some(entry) = self.known.get(&format!("{service}{host}")) {
                for (target, port) in &entry.services {
                    self.follow(target, Some(*port), DEPTH, &mut found);
                }
            }
        }
        self.follow(&host, None, DEPTH, &mut found);
        found
    }

    fn follow(&self, name: &str, port: Option<u16>, depth: u8, found: &mut Vec<Destination>) {
        let Some(entry) = self.known.get(name) else {
            return;
        };
        found.extend(entry.addresses.iter().map(|address| (*address, port)));
        if let Some(alias) = &entry.alias
            && depth > 0
        {
            self.follow(alias, port, depth - 1, found);
        }
    }
}

/// Names compare without case and without the dot of the root. They are shown to people, so they
/// are made printable at once.
fn lowercase(name: &str) -> String {
    sipwhy_parser::printable(name.trim_end_matches('.').as_bytes()).to_ascii_lowercase()
}
