//! What is odd about a message's form.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

macro_rules! anomalies {
    ($($(#[doc = $doc:literal])+ $name:ident = $bit:literal, $text:literal;)+) => {
        /// What the scanner found odd about a message's form: a set.
        ///
        /// Some members break the grammar of RFC 3261 §25.1, some are legal but rare (folding,
        /// white space before a colon). Which of them deserve a finding is for the reader to say.
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct Anomalies(u32);

        impl Anomalies {
            $($(#[doc = $doc])+ pub const $name: Self = Self(1 << $bit);)+

            const NAMED: &'static [(Self, &'static str)] = &[$((Self::$name, $text)),+];
        }
    };
}

anomalies! {
    /// A header goes on over several lines (RFC 3261 §7.3.1). Legal.
    FOLDED_HEADER = 0, "folded-header";
    /// A line of the head ends in LF without CR.
    BARE_LF = 1, "bare-lf";
    /// A CR in the head that no LF follows.
    BARE_CR = 2, "bare-cr";
    /// No empty line ends the head: the message is cut off, or its sender forgot it.
    MISSING_HEAD_END = 3, "missing-head-end";
    /// The bytes end inside a line of the head, so that line's value is not to be trusted.
    CUT_LINE = 4, "cut-line";
    /// A line among the headers has no colon.
    HEADER_WITHOUT_COLON = 5, "header-without-colon";
    /// A header name is empty or holds bytes that no token may hold.
    BAD_HEADER_NAME = 6, "bad-header-name";
    /// White space between a header's name and its colon. Legal (`HCOLON`, §25.1).
    SPACE_BEFORE_COLON = 7, "space-before-colon";
    /// The first line after the start line begins with white space: it continues no header.
    STRAY_CONTINUATION = 8, "stray-continuation";
    /// Empty lines before the start line. Legal (§7.5).
    LEADING_CRLF = 9, "leading-crlf";
    /// A NUL byte in the head.
    NUL_BYTE = 10, "nul-byte";
    /// A control byte other than HTAB, CR, LF and NUL in the head.
    CONTROL_BYTE = 11, "control-byte";
    /// No Content-Length. Over UDP the body then reaches to the end of the datagram; over a
    /// stream it is required (§18.3, §20.14).
    CONTENT_LENGTH_MISSING = 12, "content-length-missing";
    /// Content-Length is not a number below 2^32.
    CONTENT_LENGTH_MALFORMED = 13, "content-length-malformed";
    /// Content-Length counts more bytes than follow the head.
    CONTENT_LENGTH_TOO_LARGE = 14, "content-length-too-large";
    /// Content-Length counts fewer bytes than follow the head; the rest is trailing.
    CONTENT_LENGTH_TOO_SMALL = 15, "content-length-too-small";
    /// A header that may occur once occurs again (From, To, Call-ID, CSeq, ...).
    DUPLICATE_HEADER = 16, "duplicate-header";
    /// The start line's version is not SIP/2.0.
    UNKNOWN_VERSION = 17, "unknown-version";
    /// The start line is neither a request line nor a status line.
    MALFORMED_START_LINE = 18, "malformed-start-line";
    /// White space in the start line other than the single spaces of the grammar (§7.1, §7.2).
    START_LINE_SPACING = 19, "start-line-spacing";
    /// More headers than are indexed; see [`Message::unindexed`](crate::Message::unindexed).
    TOO_MANY_HEADERS = 20, "too-many-headers";
    /// There is no byte at all, or nothing but empty lines.
    EMPTY = 21, "empty";
}

impl Anomalies {
    /// The empty set: nothing odd.
    pub const NONE: Self = Self(0);

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every member of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any member of `other` is in this set.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The members of either set.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set with the members of `other` taken out.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The members, each as a set of one.
    pub fn iter(self) -> impl Iterator<Item = Self> {
        Self::NAMED
            .iter()
            .map(|(anomaly, _)| *anomaly)
            .filter(move |one| self.contains(*one))
    }

    /// The members' names in kebab-case, such as `bare-lf`.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED
            .iter()
            .filter(move |(one, _)| self.contains(*one))
            .map(|(_, name)| *name)
    }
}

impl BitOr for Anomalies {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl BitOrAssign for Anomalies {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.union(other);
    }
}

impl fmt::Debug for Anomalies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
