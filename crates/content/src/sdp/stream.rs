//! A media stream: an `m=` line with its attributes, and what the session level gives to it.

use super::SdpLine;
use super::codec::{self, Codec};
use super::connection::Connection;
use super::direction::Direction;
use super::ice::Ice;
use super::media_line::MediaLine;
use super::msrp::Msrp;
use super::security::{Crypto, Fingerprint};
use super::t38::T38;
use crate::piece::Piece;

/// What both levels can say, the session for all streams and a stream for itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Common<'a> {
    pub(super) connection: Option<Connection<'a>>,
    pub(super) direction: Option<Direction>,
    pub(super) ice: Ice<'a>,
    pub(super) fingerprint: Option<Fingerprint<'a>>,
    pub(super) setup: Option<Piece<'a>>,
}

impl<'a> Common<'a> {
    /// Takes note of a line, if both levels can hold it.
    pub(super) fn take(&mut self, line: SdpLine<'a>) -> bool {
        if line.letter() == Some(b'c') {
            // Further ones are layers of one multicast: the first is where it begins.
            self.connection
                .get_or_insert_with(|| Connection::read(line.value()));
            return true;
        }
        let Some(attribute) = line.attribute() else {
            return false;
        };
        let (name, value) = (attribute.name, attribute.value_or_empty());
        if let Some(direction) = Direction::named(name) {
            self.direction = Some(direction);
        } else if name.is("fingerprint") {
            self.fingerprint = Fingerprint::read(value);
        } else if name.is("setup") {
            self.setup = Some(value.trim());
        } else {
            return self.ice.take(name, value);
        }
        true
    }
}

/// `a=rtcp`: where RTCP is received, if not at the next port (RFC 3605).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rtcp<'a> {
    /// The port.
    pub port: u16,
    /// The address, where it is another one.
    pub connection: Option<Connection<'a>>,
}

/// A media stream as its writer offers or answers it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stream<'a> {
    /// The `m=` line: kind, port, protocol, formats.
    pub media: MediaLine<'a>,
    /// The whole `m=` line, for pointing at it.
    pub line: Piece<'a>,
    /// Where it is received: its own `c=` or the session's.
    pub connection: Option<Connection<'a>>,
    /// Which way it flows: its own attribute, the session's, or `sendrecv`.
    pub direction: Direction,
    /// Its codecs, the preferred one first; empty unless the protocol is RTP.
    pub codecs: Vec<Codec<'a>>,
    /// `a=ptime`: milliseconds of media in a packet, as wished.
    pub ptime: Option<u64>,
    /// `a=maxptime`: the most.
    pub max_ptime: Option<u64>,
    /// `a=rtcp`.
    pub rtcp: Option<Rtcp<'a>>,
    /// `a=rtcp-mux`: RTCP on the port of RTP (RFC 5761).
    pub has_rtcp_mux: bool,
    /// What is said of ICE, at either level.
    pub ice: Ice<'a>,
    /// `a=fingerprint`, of either level: keys come by DTLS.
    pub fingerprint: Option<Fingerprint<'a>>,
    /// `a=setup`, of either level: who opens the connection (RFC 4145).
    pub setup: Option<Piece<'a>>,
    /// `a=crypto`: keys stand in the description.
    pub crypto: Vec<Crypto<'a>>,
    /// `a=mid`: its name within the description (RFC 5888).
    pub mid: Option<Piece<'a>>,
    /// Whether a BUNDLE group names it: streams that share one port (RFC 9143).
    pub is_bundled: bool,
    /// `a=bundle-only`: port 0 does not reject it.
    pub is_bundle_only: bool,
    /// Fax.
    pub t38: Option<T38<'a>>,
    /// Messages.
    pub msrp: Option<Msrp<'a>>,
}

impl<'a> Stream<'a> {
    pub(super) fn new(line: SdpLine<'a>, session: &Common<'a>) -> Self {
        let media = MediaLine::read(line.value());
        let is_t38 = media.is_t38();
        let is_msrp = media.is_msrp();
        Self {
            media,
            line: line.text(),
            connection: session.connection,
            direction: session.direction.unwrap_or_default(),
            codecs: codec::listed(media),
            ptime: None,
            max_ptime: None,
            rtcp: None,
            has_rtcp_mux: false,
            ice: Ice {
                // Candidates belong to streams; there are none to hand down.
                candidates: Vec::new(),
                ..session.ice
            },
            fingerprint: session.fingerprint,
            setup: session.setup,
            crypto: Vec::new(),
            mid: None,
            is_bundled: false,
            is_bundle_only: false,
            t38: is_t38.then(T38::default),
            msrp: is_msrp.then(Msrp::default),
        }
    }

    /// Takes note of a line of the stream.
    pub(super) fn take(&mut self, line: SdpLine<'a>) {
        if line.letter() == Some(b'c') {
            self.connection = Some(Connection::read(line.value()));
            return;
        }
        let Some(attribute) = line.attribute() else {
            return;
        };
        let (name, value) = (attribute.name, attribute.value_or_empty());
        if let Some(direction) = Direction::named(name) {
            self.direction = direction;
        } else if name.is("rtpmap") {
            codec::map(&mut self.codecs, value);
        } else if name.is("fmtp") {
            codec::add_parameters(&mut self.codecs, value);
        } else if name.is("ptime") {
            self.ptime = value.trim().number();
        } else if name.is("maxptime") {
            self.max_ptime = value.trim().number();
        } else if name.is("rtcp") {
            self.rtcp = rtcp(value);
        } else if name.is("rtcp-mux") {
            self.has_rtcp_mux = true;
        } else if name.is("fingerprint") {
            self.fingerprint = Fingerprint::read(value);
        } else if name.is("setup") {
            self.setup = Some(value.trim());
        } else if name.is("crypto") {
            self.crypto.extend(Crypto::read(value));
        } else if name.is("mid") {
            self.mid = Some(value.trim());
        } else if name.is("bundle-only") {
            self.is_bundle_only = true;
        } else {
            let _ = self.ice.take(name, value)
                || self
                    .t38
                    .as_mut()
                    .is_some_and(|t38| t38.take(name, attribute.value))
                || self
                    .msrp
                    .as_mut()
                    .is_some_and(|msrp| msrp.take(name, value));
        }
    }

    /// The port's number.
    pub fn port(&self) -> Option<u16> {
        self.media.port_number()
    }

    /// Port 0: not offered any more, or not accepted (RFC 3264 §6, §8.2). One that only joins
    /// the port of a bundle has it too, and is meant.
    pub fn is_rejected(&self) -> bool {
        self.port() == Some(0) && !self.is_bundle_only
    }

    /// Put on hold by the address `0.0.0.0`, as RFC 2543 had it.
    pub fn is_held_by_address(&self) -> bool {
        self.connection.is_some_and(Connection::is_unspecified)
    }

    /// Whether the writer wants to hear nothing now, by whichever way of saying so.
    pub fn is_held(&self) -> bool {
        !self.direction.receives() || self.is_held_by_address()
    }

    /// The payload of digits and tones (RFC 4733).
    pub fn telephone_event(&self) -> Option<&Codec<'a>> {
        self.codecs.iter().find(|codec| codec.is_telephone_event())
    }
}

fn rtcp(value: Piece<'_>) -> Option<Rtcp<'_>> {
    let (port, rest) = value.first_word();
    Some(Rtcp {
        port: port.number()?.try_into().ok()?,
        connection: (!rest.is_empty()).then(|| Connection::read(rest)),
    })
}
