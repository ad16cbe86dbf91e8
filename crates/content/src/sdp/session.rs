//! What a session description says as a whole.

use std::collections::BTreeSet;

use super::connection::Connection;
use super::origin::Origin;
use super::stream::{Common, Stream};
use super::{Sdp, SdpLine};
use crate::piece::Piece;

/// How many streams of one description are read; further ones are counted.
pub const MAX_STREAMS: usize = 128;

/// A session description, read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Session<'a> {
    /// `o=`.
    pub origin: Option<Origin<'a>>,
    /// `s=`.
    pub name: Option<Piece<'a>>,
    /// `t=`, the first.
    pub timing: Option<Piece<'a>>,
    /// `c=` of the session level.
    pub connection: Option<Connection<'a>>,
    /// `a=ice-lite`.
    pub is_ice_lite: bool,
    /// The groups of streams that share a port: the names in each `a=group:BUNDLE` (RFC 9143).
    pub bundles: Vec<Piece<'a>>,
    /// The streams, in order.
    pub streams: Vec<Stream<'a>>,
    /// How many more there are, past [`MAX_STREAMS`].
    pub more_streams: usize,
    /// The end was not captured: streams and lines may be missing.
    pub is_cut: bool,
}

impl<'a> Session<'a> {
    pub(super) fn read(sdp: Sdp<'a>) -> Self {
        let mut session = Self {
            is_cut: sdp.is_cut(),
            ..Self::default()
        };
        let mut common = Common::default();
        for line in sdp.whole_lines() {
            if line.letter() == Some(b'm') {
                if session.streams.len() < MAX_STREAMS {
                    session.streams.push(Stream::new(line, &common));
                } else {
                    session.more_streams += 1;
                }
            } else if session.more_streams > 0 {
                // It belongs to a stream that is only counted.
            } else if let Some(stream) = session.streams.last_mut() {
                stream.take(line);
            } else if !common.take(line) {
                session.take(line);
            }
        }
        session.connection = common.connection;
        session.is_ice_lite = common.ice.is_lite;
        session.note_bundles();
        session
    }

    /// Takes note of a line of the session level.
    fn take(&mut self, line: SdpLine<'a>) {
        let value = line.value();
        match line.letter() {
            Some(b'o') => self.origin = Some(Origin::read(value)),
            Some(b's') => self.name = Some(value),
            Some(b't') => {
                self.timing.get_or_insert(value);
            }
            Some(b'a') => {
                if let Some((name, group)) = value.split_once(b':')
                    && name.is("group")
                    && let (semantics, mids) = group.first_word()
                    && semantics.is("BUNDLE")
                {
                    self.bundles.push(mids);
                }
            }
            _ => {}
        }
    }

    fn note_bundles(&mut self) {
        let bundled: BTreeSet<&[u8]> = self
            .bundles
            .iter()
            .flat_map(|bundle| bundle.words())
            .map(Piece::text)
            .collect();
        for stream in &mut self.streams {
            stream.is_bundled = stream.mid.is_some_and(|mid| bundled.contains(mid.text()));
        }
    }

    /// How many `m=` lines there are.
    pub fn stream_count(&self) -> usize {
        self.streams.len() + self.more_streams
    }
}
