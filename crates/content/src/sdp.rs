//! Session descriptions: SDP (RFC 8866), and what offer and answer make of it (RFC 3264).
//!
//! [`Sdp`] is the body as it stands: lines with their places, every byte in one of them, whatever
//! the bytes are. [`Session`] is what it says: media streams with all that the session level
//! gives to them. [`Sdp::faults`] is what is wrong with it. [`agreed`] lays an answer beside its
//! offer.

mod address;
mod agreed;
mod answer_fault;
mod attribute;
mod check;
mod check_line;
mod check_media;
mod codec;
mod connection;
mod direction;
mod fault;
mod ice;
mod line;
mod media_line;
mod msrp;
mod origin;
mod outline;
mod security;
mod session;
mod static_payloads;
mod stream;
mod t38;

pub use agreed::{Agreed, Agreement, CommonCodec, Outcome, agreed};
pub use answer_fault::{AnswerFault, AnswerFaultKind};
pub use attribute::Attribute;
pub use check::MAX_FAULTS;
pub use codec::{Codec, MapEntry};
pub use connection::Connection;
pub use direction::Direction;
pub use fault::{Fault, FaultKind};
pub use ice::{Candidate, Ice};
pub use line::SdpLine;
pub use media_line::MediaLine;
pub use msrp::Msrp;
pub use origin::Origin;
pub use security::{Crypto, Fingerprint};
pub use session::{MAX_STREAMS, Session};
pub use stream::{Rtcp, Stream};
pub use t38::T38;

use crate::lines::Lines;
use crate::piece::Piece;

/// A session description: any bytes at all.
#[derive(Clone, Copy, Debug)]
pub struct Sdp<'a> {
    body: &'a [u8],
    is_cut: bool,
}

impl<'a> Sdp<'a> {
    /// The description in a whole body.
    pub const fn new(body: &'a [u8]) -> Self {
        Self {
            body,
            is_cut: false,
        }
    }

    /// The description in a body whose end was not captured: nothing is missed in it that may
    /// stand in the part that is not there.
    pub const fn cut(body: &'a [u8]) -> Self {
        Self { body, is_cut: true }
    }

    /// The bytes of it.
    pub const fn body(self) -> &'a [u8] {
        self.body
    }

    /// Whether the end of the body was not captured.
    pub const fn is_cut(self) -> bool {
        self.is_cut
    }

    /// Its lines, in order. Their texts and line ends, one after the other, are the body.
    pub fn lines(self) -> impl Iterator<Item = SdpLine<'a>> + Clone {
        Lines::new(Piece::whole(self.body)).map(SdpLine)
    }

    /// Those lines that are whole: without one that the end of the capture cut off.
    fn whole_lines(self) -> impl Iterator<Item = SdpLine<'a>> + Clone {
        let is_cut = self.is_cut;
        self.lines().filter(move |line| !is_cut || line.is_ended())
    }

    /// What it says.
    pub fn session(self) -> Session<'a> {
        Session::read(self)
    }

    /// What is wrong with it, in the order of the body, up to [`MAX_FAULTS`].
    pub fn faults(self) -> Vec<Fault> {
        check::faults(self)
    }
}
