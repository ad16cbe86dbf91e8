//! A scanned message and what can be read from it.

use std::fmt;

use crate::lexical::{cut, decimal, is_space, leading_digits};
use crate::list::{List, ListItem};
use crate::scanner::{HeaderSpan, Index};
use crate::{
    Address, Anomalies, CSeq, ContactItem, Header, HeaderName, Method, Reason, StartLine, Via,
    Warning, printable,
};

/// A scanned message: its bytes, and where its parts lie in them.
///
/// Its bytes are, in order and without gap or overlap: [`leading`](Self::leading), the start line
/// with its line end, the [`headers`](Self::headers), [`unindexed`](Self::unindexed),
/// the empty line, [`body`](Self::body) and [`trailing`](Self::trailing).
///
/// Accessors decode on each call; none allocates, and each takes time linear in what it reads.
#[derive(Clone, Copy)]
pub struct Message<'s, 'a> {
    index: &'s Index,
    bytes: &'a [u8],
    start_line: StartLine<'a>,
}

impl<'s, 'a> Message<'s, 'a> {
    pub(crate) fn new(index: &'s Index, bytes: &'a [u8], start_line: StartLine<'a>) -> Self {
        Self {
            index,
            bytes,
            start_line,
        }
    }

    /// All the bytes that were scanned.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The empty lines before the start line (RFC 3261 §7.5), usually none.
    pub fn leading(self) -> &'a [u8] {
        cut(self.bytes, 0..self.index.start_line.0)
    }

    /// The first line, taken apart.
    pub fn start_line(self) -> StartLine<'a> {
        self.start_line
    }

    /// The first line without its line end.
    pub fn start_line_bytes(self) -> &'a [u8] {
        cut(self.bytes, self.index.start_line.0..self.index.start_line.1)
    }

    /// Byte offsets of the first line, its line end included.
    pub fn start_line_span(self) -> std::ops::Range<usize> {
        self.index.start_line.0..self.index.headers_start
    }

    /// Everything up to the body: leading empty lines, start line, headers, and the empty line.
    pub fn head(self) -> &'a [u8] {
        cut(self.bytes, 0..self.index.body_start)
    }

    /// The body: as many bytes as Content-Length counts, or all that follow the head where it is
    /// missing, malformed or larger (the anomalies say which).
    pub fn body(self) -> &'a [u8] {
        cut(self.bytes, self.index.body_start..self.index.body_end)
    }

    /// All bytes up to the end of the body: without [`trailing`](Self::trailing).
    pub fn whole(self) -> &'a [u8] {
        cut(self.bytes, 0..self.index.body_end)
    }

    /// What follows the body that Content-Length bounds. In a datagram it is to be ignored
    /// (RFC 3261 §18.3).
    pub fn trailing(self) -> &'a [u8] {
        cut(self.bytes, self.index.body_end..self.bytes.len())
    }

    /// Header lines past the first [`MAX_HEADERS`](crate::MAX_HEADERS) headers; usually none.
    pub fn unindexed(self) -> &'a [u8] {
        let indexed = self
            .index
            .headers
            .last()
            .map_or(self.index.headers_start, |last| last.end as usize);
        cut(self.bytes, indexed..self.index.headers_end)
    }

    /// What is odd about the message's form.
    pub fn anomalies(self) -> Anomalies {
        self.index.anomalies
    }

    /// Whether the message is whole: an empty line ends its head, and as many bytes follow as
    /// Content-Length counts.
    pub fn is_complete(self) -> bool {
        !self
            .anomalies()
            .intersects(Anomalies::MISSING_HEAD_END | Anomalies::CONTENT_LENGTH_TOO_LARGE)
    }

    /// The headers in order, broken lines among them.
    pub fn headers(self) -> impl Iterator<Item = Header<'a>> {
        self.index.headers.iter().map(move |span| self.at(span))
    }

    /// The first header of this name, found without a search.
    pub fn header(self, name: HeaderName) -> Option<Header<'a>> {
        let span = self.index.headers.get(self.index.first(name)?)?;
        Some(self.at(span))
    }

    /// Whether there is a header of this name.
    #[inline]
    pub fn has(self, name: HeaderName) -> bool {
        self.index.first(name).is_some()
    }

    /// The headers of this name, in order.
    pub fn all(self, name: HeaderName) -> impl Iterator<Item = Header<'a>> {
        self.spans(name).map(move |span| self.at(span))
    }

    fn spans(self, name: HeaderName) -> impl Iterator<Item = &'s HeaderSpan> {
        let from = self.index.first(name).unwrap_or(usize::MAX);
        let spans = self.index.headers.get(from..).unwrap_or_default();
        spans.iter().filter(move |span| span.name == name)
    }

    /// The single values of all headers of this name, comma lists taken apart, quoted strings
    /// and bracketed URIs kept whole, each without the white space around it. Not for headers
    /// whose single value may hold a bare comma (Date, Subject, credentials and challenges).
    pub fn values(self, name: HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.address_list(name).map(|item| item.value)
    }

    /// The request's method; `None` for responses and malformed start lines.
    pub fn method(self) -> Option<Method<'a>> {
        match self.start_line {
            StartLine::Request { method, .. } => Some(method),
            _ => None,
        }
    }

    /// The Request-URI as written; `None` for responses and malformed start lines.
    pub fn request_uri(self) -> Option<&'a [u8]> {
        match self.start_line {
            StartLine::Request { uri, .. } => Some(uri),
            _ => None,
        }
    }

    /// The response's status code; `None` for requests and malformed start lines.
    pub fn status(self) -> Option<u16> {
        match self.start_line {
            StartLine::Status { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The topmost Via; `None` when there is none, or when it is malformed or cut off.
    pub fn top_via(self) -> Option<Via<'a>> {
        let span = self.index.headers.get(self.index.first(HeaderName::Via)?)?;
        let value = cut(self.bytes, span.value());
        let item = List::plain(value, !span.is_complete).next()?;
        if item.is_cut {
            None
        } else {
            Via::parse(item.value)
        }
    }

    /// The Via values from the top down, across headers and comma lists. Malformed and cut ones
    /// are left out; [`Message::values`] has them all.
    pub fn vias(self) -> impl Iterator<Item = Via<'a>> {
        self.plain_list(HeaderName::Via)
            .filter_map(|item| whole(item).and_then(Via::parse))
    }

    /// CSeq; `None` when missing or malformed.
    pub fn cseq(self) -> Option<CSeq<'a>> {
        CSeq::parse(self.value(HeaderName::CSeq)?)
    }

    /// Call-ID as written; `None` when missing or empty.
    pub fn call_id(self) -> Option<&'a [u8]> {
        self.value(HeaderName::CallId)
            .filter(|value| !value.is_empty())
    }

    /// From; `None` when missing or malformed.
    pub fn from(self) -> Option<Address<'a>> {
        self.address(HeaderName::From)
    }

    /// To; `None` when missing or malformed.
    pub fn to(self) -> Option<Address<'a>> {
        self.address(HeaderName::To)
    }

    /// The first header of this name as one address, such as Refer-To or Reply-To; `None` when
    /// missing or malformed.
    pub fn address(self, name: HeaderName) -> Option<Address<'a>> {
        Address::parse(self.value(name)?)
    }

    /// The addresses of all headers of this name, such as P-Asserted-Identity, Path or
    /// Diversion. Malformed and cut ones are left out.
    pub fn addresses(self, name: HeaderName) -> impl Iterator<Item = Address<'a>> {
        self.address_list(name)
            .filter_map(|item| whole(item).and_then(Address::parse))
    }

    /// The Contact values in order, across headers and comma lists.
    pub fn contacts(self) -> impl Iterator<Item = ContactItem<'a>> {
        self.address_list(HeaderName::Contact).map(|item| {
            if item.is_cut {
                ContactItem::Malformed(item.value)
            } else {
                ContactItem::parse(item.value)
            }
        })
    }

    /// The Route values in order. Malformed and cut ones are left out.
    pub fn routes(self) -> impl Iterator<Item = Address<'a>> {
        self.addresses(HeaderName::Route)
    }

    /// The Record-Route values in order. Malformed and cut ones are left out.
    pub fn record_routes(self) -> impl Iterator<Item = Address<'a>> {
        self.addresses(HeaderName::RecordRoute)
    }

    /// Content-Length in bytes, as claimed; `None` when missing, malformed or past `u32`.
    pub fn content_length(self) -> Option<u32> {
        self.index.content_length
    }

    /// Max-Forwards; `None` when missing or malformed. RFC 3261 §20.22 allows 0 to 255.
    pub fn max_forwards(self) -> Option<u32> {
        decimal(self.value(HeaderName::MaxForwards)?)
    }

    /// Retry-After in seconds (RFC 3261 §20.33), a comment and parameters left aside; `None`
    /// when missing or malformed.
    pub fn retry_after_secs(self) -> Option<u32> {
        self.seconds(HeaderName::RetryAfter)
    }

    /// The delta-seconds that this header begins with (Expires, Min-Expires, Session-Expires,
    /// Min-SE, Retry-After), parameters and comments left aside; `None` when missing or
    /// malformed.
    pub fn seconds(self, name: HeaderName) -> Option<u32> {
        let (digits, rest) = leading_digits(self.value(name)?);
        match rest {
            [] | [b';' | b'(', ..] => decimal(digits),
            [byte, ..] if is_space(*byte) => decimal(digits),
            _ => None,
        }
    }

    /// The Reason values in order (RFC 3326). Malformed and cut ones are left out.
    pub fn reasons(self) -> impl Iterator<Item = Reason<'a>> {
        self.plain_list(HeaderName::Reason)
            .filter_map(|item| whole(item).and_then(Reason::parse))
    }

    /// The Warning values in order (RFC 3261 §20.43). Malformed and cut ones are left out.
    pub fn warnings(self) -> impl Iterator<Item = Warning<'a>> {
        self.plain_list(HeaderName::Warning)
            .filter_map(|item| whole(item).and_then(Warning::parse))
    }

    /// The value of the first header of this name, unless the end of the bytes cut it off.
    pub fn value(self, name: HeaderName) -> Option<&'a [u8]> {
        let span = self.index.headers.get(self.index.first(name)?)?;
        span.is_complete.then(|| cut(self.bytes, span.value()))
    }

    fn address_list(self, name: HeaderName) -> impl Iterator<Item = ListItem<'a>> {
        self.spans(name)
            .flat_map(move |span| List::addresses(cut(self.bytes, span.value()), !span.is_complete))
    }

    fn plain_list(self, name: HeaderName) -> impl Iterator<Item = ListItem<'a>> {
        self.spans(name)
            .flat_map(move |span| List::plain(cut(self.bytes, span.value()), !span.is_complete))
    }

    fn at(self, span: &HeaderSpan) -> Header<'a> {
        let value_span = span.value();
        Header {
            name: span.name,
            raw_name: cut(self.bytes, span.start as usize..span.name_end as usize),
            value: cut(self.bytes, value_span.clone()),
            span: span.start as usize..span.end as usize,
            value_span,
            line: span.line,
            is_complete: span.is_complete,
        }
    }
}

fn whole<'a>(item: ListItem<'a>) -> Option<&'a [u8]> {
    (!item.is_cut).then_some(item.value)
}

impl fmt::Debug for Message<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("start_line", &printable(self.start_line_bytes()))
            .field("headers", &self.index.headers.len())
            .field("body", &self.body().len())
            .field("anomalies", &self.anomalies())
            .finish()
    }
}
