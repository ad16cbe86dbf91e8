//! Several bodies in one (RFC 2046 §5.1, RFC 5621 §3).

use std::ops::Range;

use crate::content::Content;
use crate::fields::Fields;
use crate::lines::Lines;
use crate::media_type::MediaType;
use crate::piece::Piece;

/// How deep bodies are looked for in bodies. Those below have a name, and nothing more.
pub const MAX_DEPTH: u8 = 8;

/// A body of several parts.
#[derive(Clone, Copy, Debug)]
pub struct Multipart<'a> {
    /// Such as `mixed` or `alternative`; empty where there was no `Content-Type`.
    pub subtype: &'a [u8],
    body: Piece<'a>,
    boundary: &'a [u8],
    is_guessed: bool,
    depth: u8,
}

/// A line that separates parts, or ends the last.
#[derive(Clone, Copy)]
struct Delimiter<'a> {
    /// The line, without its end.
    line: Piece<'a>,
    /// What follows it.
    rest: Piece<'a>,
    is_closing: bool,
}

impl<'a> Multipart<'a> {
    /// The parts of `body`, which is `depth` bodies deep. Where the type tells no boundary, the
    /// first line that looks like one is taken.
    pub(crate) fn new(media_type: Option<MediaType<'a>>, body: &'a [u8], depth: u8) -> Self {
        let told = media_type
            .and_then(|media_type| media_type.params.get("boundary"))
            .filter(|boundary| !boundary.is_empty());
        let whole = Piece::whole(body);
        Self {
            subtype: media_type.map_or(&[], |media_type| media_type.subtype),
            body: whole,
            boundary: told.or_else(|| first_delimiter(whole)).unwrap_or_default(),
            is_guessed: told.is_none(),
            depth,
        }
    }

    /// What separates the parts, without its hyphens.
    pub const fn boundary(&self) -> &'a [u8] {
        self.boundary
    }

    fn delimiters(&self) -> impl Iterator<Item = Delimiter<'a>> + Clone + use<'a> {
        let boundary = self.boundary;
        let mut lines = Lines::new(self.body);
        std::iter::from_fn(move || {
            if boundary.is_empty() {
                return None;
            }
            loop {
                let line = lines.next()?.text;
                let after = line
                    .strip_prefix(b"--")
                    .and_then(|line| line.strip_prefix(boundary));
                let is_closing = match after.map(<[u8]>::trim_ascii_end) {
                    Some(b"") => false,
                    Some(b"--") => true,
                    _ => continue,
                };
                return Some(Delimiter {
                    line,
                    rest: lines.rest(),
                    is_closing,
                });
            }
        })
    }

    /// What stands before the first part, for nobody to read.
    pub fn preamble(&self) -> Piece<'a> {
        match self.delimiters().next() {
            Some(first) => self.body.split_at(first.line.span().start).0,
            None => self.body,
        }
    }

    /// The parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part<'a>> + Clone + use<'a> {
        let depth = self.depth;
        let mut delimiters = self.delimiters().peekable();
        std::iter::from_fn(move || {
            let begin = delimiters.next().filter(|begin| !begin.is_closing)?;
            let whole = match delimiters.peek() {
                Some(end) => {
                    let length = end.line.span().start - begin.rest.span().start;
                    without_line_end(begin.rest.split_at(length).0)
                }
                None => begin.rest,
            };
            Some(Part { whole, depth })
        })
    }

    /// Whether the boundary that ends the last part is there.
    pub fn is_closed(&self) -> bool {
        self.delimiters().any(|line| line.is_closing)
    }

    /// What is wrong with how it is put together.
    pub fn faults(&self) -> Vec<MultipartFault> {
        let mut faults = Vec::new();
        let end = self.body.len();
        let mut add = |span, kind| faults.push(MultipartFault { span, kind });
        if self.is_guessed {
            add(0..0, MultipartFaultKind::NoBoundary);
        }
        if self.delimiters().next().is_none() {
            add(0..end, MultipartFaultKind::NoParts);
        } else if !self.is_closed() {
            add(end..end, MultipartFaultKind::NotClosed);
        }
        if self.depth >= MAX_DEPTH {
            add(0..end, MultipartFaultKind::TooDeep);
        }
        faults
    }
}

/// The boundary in the first line that could be a delimiter.
fn first_delimiter(body: Piece<'_>) -> Option<&[u8]> {
    let line = Lines::new(body).find(|line| !line.text.is_empty())?;
    let boundary = line.text.text().strip_prefix(b"--")?.trim_ascii_end();
    (!boundary.is_empty() && boundary.len() <= 70).then_some(boundary)
}

/// The line end in front of a delimiter belongs to the delimiter.
fn without_line_end(text: Piece<'_>) -> Piece<'_> {
    let bytes = text.text();
    let inner = bytes
        .strip_suffix(b"\r\n")
        .or_else(|| bytes.strip_suffix(b"\n"))
        .unwrap_or(bytes);
    text.split_at(inner.len()).0
}

/// One part: header fields, an empty line, a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part<'a> {
    whole: Piece<'a>,
    depth: u8,
}

impl<'a> Part<'a> {
    pub(crate) const fn new(whole: Piece<'a>, depth: u8) -> Self {
        Self { whole, depth }
    }

    /// All of it.
    pub const fn whole(&self) -> Piece<'a> {
        self.whole
    }

    /// Its header fields.
    pub fn fields(&self) -> Fields<'a> {
        Fields::new(self.whole)
    }

    /// Its body.
    pub fn body(&self) -> Piece<'a> {
        self.fields().body()
    }

    /// What the body is. Places in it count from the body's beginning.
    pub fn content(&self) -> Content<'a> {
        let content_type = self.fields().get("Content-Type").map(Piece::text);
        Content::at_depth(content_type, self.body().text(), self.depth + 1)
    }
}

/// Something wrong with how a body is put together, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MultipartFault {
    /// The bytes of the body; an empty place where something is missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub kind: MultipartFaultKind,
}

/// What is wrong with how a body is put together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MultipartFaultKind {
    /// `Content-Type` does not tell the boundary.
    NoBoundary,
    /// The boundary is nowhere in the body.
    NoParts,
    /// The boundary that ends the last part is missing.
    NotClosed,
    /// It lies deeper in other bodies than anybody needs.
    TooDeep,
}

impl MultipartFaultKind {
    /// What is wrong, in words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoBoundary => "Content-Type does not tell the boundary between the parts",
            Self::NoParts => "the boundary stands nowhere in the body",
            Self::NotClosed => "the boundary that ends the last part is missing",
            Self::TooDeep => "bodies lie in bodies deeper than is read",
        }
    }

    /// Where it is written.
    pub const fn reference(self) -> &'static str {
        "RFC 2046 §5.1.1"
    }
}
