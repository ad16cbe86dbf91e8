//! The way that the requests of one end of a dialog have to take (RFC 3261 §12.1, §12.2.1.1).

use std::net::IpAddr;

use sipwhy_packet::Flow;
use sipwhy_parser::{HeaderName, Message, Uri};
use smallvec::SmallVec;

use crate::annotation::QuotedLine;
use crate::moment::Moment;
use crate::quote;

/// Bytes kept of all URIs of a route set. Of a longer one nothing is kept, so nothing is judged.
const LONGEST: usize = 1024;
/// Stands between two URIs; none can contain it.
const BETWEEN: u8 = b'\n';

type Uris<'a> = SmallVec<[&'a [u8]; 4]>;

/// The proxies that Record-Routed, in the order in which one end names them in its requests.
#[derive(Debug)]
pub struct RouteSet {
    /// The end whose route set it is.
    pub(crate) end: IpAddr,
    /// When the 2xx was seen that gave it.
    pub(crate) at: Moment,
    /// Between whom that 2xx went.
    pub(crate) flow: Flow,
    /// The URIs in the order of the 2xx.
    uris: SmallVec<[u8; 64]>,
    /// Whether this is the caller's, who names them from the last to the first.
    is_caller: bool,
}

/// How a request differs from what its route set asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It has no Route at all.
    Missing,
    /// Its Route names the same proxies in reverse.
    Reversed,
    /// Its Route names others, or not all.
    Different,
    /// It was sent as to a strict router, and the first proxy is a loose one.
    StrictToLoose,
    /// It was sent as to a loose router, and the first proxy is a strict one.
    LooseToStrict,
}

impl RouteSet {
    /// Keeps the route set that a 2xx to an INVITE gives to one end, unread until a request has to
    /// be judged by it. `None` where no proxy Record-Routed, or not every value is an address.
    pub(crate) fn read(
        message: &Message<'_, '_>,
        is_caller: bool,
        (end, at, flow): (IpAddr, Moment, Flow),
    ) -> Option<Box<Self>> {
        if !message.is_complete() {
            return None;
        }
        let mut uris = SmallVec::new();
        let mut known = 0_usize;
        for route in message.record_routes() {
            if known > 0 {
                uris.push(BETWEEN);
            }
            if route.uri.contains(&BETWEEN) || uris.len() + route.uri.len() > LONGEST {
                return None;
            }
            uris.extend_from_slice(route.uri);
            known += 1;
        }
        (known > 0 && known == message.values(HeaderName::RecordRoute).count()).then(|| {
            Box::new(Self {
                end,
                at,
                flow,
                uris,
                is_caller,
            })
        })
    }

    /// The URIs as this end has to name them, the next hop first.
    pub(crate) fn uris(&self) -> SmallVec<[&[u8]; 4]> {
        let mut uris: Uris<'_> = self.uris.split(|byte| *byte == BETWEEN).collect();
        if self.is_caller {
            uris.reverse();
        }
        uris
    }

    /// The Record-Route lines of the 2xx that gave it, `label` under the one of the next hop.
    pub(crate) fn lines(&self, label: &str) -> Vec<QuotedLine> {
        let next = self.uris().first().copied().unwrap_or_default();
        let uris = self.uris.split(|byte| *byte == BETWEEN);
        uris.map(|uri| {
            let line = [b"Record-Route: <", uri, b">"].concat();
            let place = line.len() - 1 - uri.len();
            match line.get(place..line.len() - 1) {
                Some(part) if uri == next => quote::marked(&line, part, label),
                _ => quote::plain(&line),
            }
        })
        .collect()
    }

    /// How a request of this end differs from it. `None`: it does not, or that cannot be told.
    pub(crate) fn departure(&self, message: &Message<'_, '_>) -> Option<Departure> {
        let wanted = self.uris();
        let sent: Uris<'_> = message.routes().map(|route| route.uri).collect();
        let target = message.request_uri()?;
        let (first, others) = wanted.split_first()?;
        let is_loose = Uri::parse(first)?.has_lr();
        let is_as_to_loose = are_same(sent.iter(), wanted.iter());
        if is_loose && is_as_to_loose {
            return None;
        }
        // An element that names itself keeps the way by means of its own.
        for uri in &wanted {
            if Uri::parse(uri)?.ip() == Some(self.end) {
                return None;
            }
        }
        // To a strict router: its own URI on top, the remote target at the end of Route.
        let is_as_to_strict = sent.split_last().is_some_and(|(_, sent)| {
            is_same_place(target, first) && are_same(sent.iter(), others.iter())
        });
        let is_reversed = wanted.len() > 1 && are_same(sent.iter(), wanted.iter().rev());
        match (is_loose, is_as_to_loose, is_as_to_strict) {
            (false, _, true) => None,
            _ if is_reversed => Some(Departure::Reversed),
            (true, false, true) => Some(Departure::StrictToLoose),
            (false, true, false) => Some(Departure::LooseToStrict),
            _ if sent.is_empty() => Some(Departure::Missing),
            _ => Some(Departure::Different),
        }
    }

    /// The first proxy that a request leaves out.
    pub(crate) fn left_out(&self, message: &Message<'_, '_>) -> Option<&[u8]> {
        let is_named = |uri: &[u8]| message.routes().any(|route| is_same_place(route.uri, uri));
        self.uris().into_iter().find(|uri| !is_named(uri))
    }
}

fn are_same<'a>(
    one: impl ExactSizeIterator<Item = &'a &'a [u8]>,
    other: impl ExactSizeIterator<Item = &'a &'a [u8]>,
) -> bool {
    one.len() == other.len() && one.zip(other).all(|(one, other)| is_same_place(one, other))
}

/// Whether two URIs stand for the same proxy. Some write the address in place of the name, or leave
/// parameters out; that leads to the same place.
fn is_same_place(one: &[u8], other: &[u8]) -> bool {
    if one == other {
        return true;
    }
    let (Some(one), Some(other)) = (Uri::parse(one), Uri::parse(other)) else {
        return false;
    };
    if one.ip().is_some() != other.ip().is_some() {
        return true;
    }
    one.host.eq_ignore_ascii_case(other.host)
        && one.port.unwrap_or(5060) == other.port.unwrap_or(5060)
}
