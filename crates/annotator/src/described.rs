//! The session description that a message carries.

use sipwhy_content::sdp::Sdp;
use sipwhy_content::{Content, MediaType, Multipart, Part};
use sipwhy_packet::Captured;
use sipwhy_parser::{HeaderName, Message};

/// Bodies looked through within one of several.
const PARTS: usize = 16;

/// What a message carries of a session description.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Described<'a> {
    /// None.
    No,
    /// This one.
    Sdp(Sdp<'a>),
    /// Perhaps one: the body is encrypted, compressed or was not captured.
    Unknown,
}

impl<'a> Described<'a> {
    /// What `message` carries. It looks at the body's type and reads nothing of a description.
    pub(crate) fn by(message: &Message<'_, 'a>, captured: &Captured<'_>) -> Self {
        let is_cut = captured.missing > 0 || !message.is_complete();
        let body = message.body();
        if body.is_empty() {
            return if is_cut { Self::Unknown } else { Self::No };
        }
        if message.header(HeaderName::ContentEncoding).is_some() {
            return Self::Unknown;
        }
        let disposition = message.value(HeaderName::ContentDisposition);
        if !is_session(disposition) {
            return Self::No;
        }
        let content_type = message.value(HeaderName::ContentType);
        match Self::in_content(&Content::of(content_type, body), is_cut) {
            Self::No if is_cut => Self::Unknown,
            found => found,
        }
    }

    fn in_content(content: &Content<'a>, is_cut: bool) -> Self {
        match content {
            Content::Sdp(sdp) if is_cut => Self::Sdp(Sdp::cut(sdp.body())),
            Content::Sdp(sdp) => Self::Sdp(*sdp),
            Content::Multipart(multipart) => Self::in_parts(multipart, is_cut),
            Content::Other(media_type, _) if may_hide(media_type.as_ref()) => Self::Unknown,
            _ => Self::No,
        }
    }

    /// The first of a multipart's descriptions. It ends: a multipart that lies too deep in others
    /// is not read as one.
    fn in_parts(multipart: &Multipart<'a>, is_cut: bool) -> Self {
        multipart
            .parts()
            .take(PARTS)
            .filter(|part| is_session(disposition(part)))
            .map(|part| Self::in_content(&part.content(), is_cut))
            .find(|found| !matches!(found, Self::No))
            .unwrap_or(Self::No)
    }
}

fn disposition<'a>(part: &Part<'a>) -> Option<&'a [u8]> {
    let value = part.fields().get("Content-Disposition");
    value.map(sipwhy_content::Piece::text)
}

/// Whether a body of this disposition describes the session itself, as SDP does where nothing is
/// said (RFC 3261 §20.11), and not early media apart from it (RFC 3959).
fn is_session(disposition: Option<&[u8]>) -> bool {
    disposition.is_none_or(|value| {
        let end = value.iter().position(|&byte| byte == b';');
        let kind = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
        kind.trim_ascii().eq_ignore_ascii_case(b"session")
    })
}

/// Whether a description may be within what is not read: S/MIME (RFC 3261 §23), or any type that
/// nobody knows.
fn may_hide(media_type: Option<&MediaType<'_>>) -> bool {
    media_type.is_none_or(|known| known.is("application/pkcs7-mime"))
}
