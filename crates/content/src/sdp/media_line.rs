//! `m=`: a media stream (RFC 8866 §5.14).

use crate::piece::Piece;

/// The fields of an `m=` line. One that is not there is empty, and stands at the line's end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MediaLine<'a> {
    /// `audio`, `video`, `image`, `message`, `application`, `text`.
    pub media: Piece<'a>,
    /// The port, without what a slash separates from it.
    pub port: Piece<'a>,
    /// After a slash: how many ports.
    pub port_count: Option<Piece<'a>>,
    /// Such as `RTP/AVP` or `udptl`.
    pub protocol: Piece<'a>,
    /// The formats, with blanks between them: payload types, where the protocol is RTP.
    pub formats: Piece<'a>,
}

impl<'a> MediaLine<'a> {
    pub(super) fn read(value: Piece<'a>) -> Self {
        let (media, rest) = value.first_word();
        let (port, rest) = rest.first_word();
        let (protocol, rest) = rest.first_word();
        let (port, port_count) = match port.split_once(b'/') {
            Some((port, count)) => (port, Some(count)),
            None => (port, None),
        };
        Self {
            media,
            port,
            port_count,
            protocol,
            formats: rest.trim(),
        }
    }

    /// The port's number.
    pub fn port_number(self) -> Option<u16> {
        self.port.number()?.try_into().ok()
    }

    /// Whether the formats are payload types of RTP.
    pub fn is_rtp(self) -> bool {
        [
            "RTP/",
            "UDP/TLS/RTP/",
            "TCP/RTP/",
            "TCP/TLS/RTP/",
            "DCCP/RTP/",
            "TCP/DTLS/RTP/",
        ]
        .iter()
        .any(|start| self.protocol.begins_with(start))
    }

    /// Fax over IP, by UDPTL or TCP.
    pub fn is_t38(self) -> bool {
        self.media.is("image") && self.formats.words().any(|format| format.is("t38"))
    }

    /// Messages in a session.
    pub fn is_msrp(self) -> bool {
        self.protocol.is("TCP/MSRP") || self.protocol.is("TCP/TLS/MSRP")
    }

    /// Whether RTP is encrypted: one of the profiles SAVP and SAVPF (RFC 3711, RFC 5124).
    pub fn is_secure_rtp(self) -> bool {
        let profile = self.protocol.rsplit(|&byte| byte == b'/').next();
        self.is_rtp()
            && profile.is_some_and(|profile| {
                profile.eq_ignore_ascii_case(b"SAVP") || profile.eq_ignore_ascii_case(b"SAVPF")
            })
    }
}

/// The payload type that `format` is: 0 to 127.
pub(super) fn payload_type(format: Piece<'_>) -> Option<u8> {
    let number = u8::try_from(format.number()?).ok()?;
    (number < 128).then_some(number)
}
