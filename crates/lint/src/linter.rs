//! A message under examination: what checks ask of it, and where they put what they find.

use std::ops::Range;

use sipwhy_parser::{Header, HeaderName, Message, StartLine, printable};

use crate::{Check, Finding, Report, Setting, Severity, Transport};

/// The most findings that are listed of a message.
pub const MOST_FINDINGS: usize = 64;

/// The most findings that are listed of a message for one check.
pub const MOST_OF_ONE_CHECK: usize = 8;

/// The most notes that are listed of a message for one check: more of the same help nobody.
const MOST_NOTES_OF_ONE_CHECK: usize = 2;

/// The longest piece of a message that a sentence quotes, in bytes.
const LONGEST_QUOTE: usize = 60;

/// Gathers the findings of one message.
pub(crate) struct Linter<'s, 'a> {
    pub(crate) message: Message<'s, 'a>,
    pub(crate) setting: Setting,
    findings: Vec<Finding>,
    unlisted: usize,
}

impl<'s, 'a> Linter<'s, 'a> {
    pub(crate) fn new(message: Message<'s, 'a>, setting: Setting) -> Self {
        Self {
            message,
            setting,
            findings: Vec::new(),
            unlisted: 0,
        }
    }

    /// Notes a departure at `span`.
    pub(crate) fn find(
        &mut self,
        check: &'static Check,
        span: Range<usize>,
        says: impl Into<String>,
    ) {
        self.find_as(check, check.severity, span, says);
    }

    /// Notes a departure that is graver or less grave here than usual.
    pub(crate) fn find_as(
        &mut self,
        check: &'static Check,
        severity: Severity,
        span: Range<usize>,
        says: impl Into<String>,
    ) {
        if self.is_full(check, severity) {
            return;
        }
        self.findings.push(Finding {
            check,
            severity,
            span,
            says: says.into(),
            also: Vec::new(),
        });
    }

    /// Whether no more findings of a check are listed, in which case this one is counted.
    pub(crate) fn is_full(&mut self, check: &'static Check, severity: Severity) -> bool {
        let most = match severity {
            Severity::Note => MOST_NOTES_OF_ONE_CHECK,
            _ => MOST_OF_ONE_CHECK,
        };
        let same = self.findings.iter().filter(|it| it.check == check).count();
        let is_full = same >= most || self.findings.len() >= MOST_FINDINGS;
        self.unlisted += usize::from(is_full);
        is_full
    }

    /// Notes a departure that two places show.
    pub(crate) fn find_two(
        &mut self,
        check: &'static Check,
        severity: Severity,
        span: Range<usize>,
        says: impl Into<String>,
        other: (Range<usize>, String),
    ) {
        let before = self.findings.len();
        self.find_as(check, severity, span, says);
        if self.findings.len() > before
            && let Some(finding) = self.findings.last_mut()
        {
            finding.also.push(other);
        }
    }

    pub(crate) fn report(mut self) -> Report {
        self.findings
            .sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.severity)));
        Report {
            findings: self.findings,
            unlisted: self.unlisted,
        }
    }

    /// Where a piece of the message lies in it. Of anything else, the start line.
    pub(crate) fn span_of(&self, part: &[u8]) -> Range<usize> {
        let bytes = self.message.bytes();
        let start = (part.as_ptr() as usize).checked_sub(bytes.as_ptr() as usize);
        match start {
            Some(start) if start + part.len() <= bytes.len() => start..start + part.len(),
            _ => self.start_line(),
        }
    }

    /// The start line without its line end.
    pub(crate) fn start_line(&self) -> Range<usize> {
        let span = self.message.start_line_span();
        span.start..span.start + self.message.start_line_bytes().len()
    }

    /// The first header of this name, if its end is there.
    pub(crate) fn header(&self, name: HeaderName) -> Option<Header<'a>> {
        self.message.header(name).filter(|it| it.is_complete)
    }

    /// Whether a header of this name is there, or may be in the part that is cut off.
    pub(crate) fn has(&self, name: HeaderName) -> bool {
        self.message.header(name).is_some() || self.may_lack_headers()
    }

    /// Whether headers may have been there that are not among those of the message.
    pub(crate) fn may_lack_headers(&self) -> bool {
        !self.message.unindexed().is_empty() || self.setting.is_cut && !self.has_whole_head()
    }

    /// Whether the empty line after the headers is there.
    pub(crate) fn has_whole_head(&self) -> bool {
        use sipwhy_parser::Anomalies;
        let anomalies = self.message.anomalies();
        !anomalies.contains(Anomalies::MISSING_HEAD_END)
    }

    /// The method that the message is about: the request's, or the one in a response's CSeq.
    pub(crate) fn method(&self) -> Option<sipwhy_parser::Method<'a>> {
        match self.message.start_line() {
            StartLine::Request { method, .. } => Some(method),
            StartLine::Status { .. } => self.message.cseq().map(|cseq| cseq.method),
            StartLine::Malformed(_) => None,
        }
    }

    pub(crate) fn is_request(&self) -> bool {
        self.message.method().is_some()
    }

    /// Whether the sender follows RFC 3261 by its own word, the cookie of the top Via's branch.
    /// RFC 2543 asked for less: no tags, no Max-Forwards, no Contact.
    pub(crate) fn is_rfc3261(&self) -> bool {
        let branch = self.message.top_via().and_then(sipwhy_parser::Via::branch);
        branch.is_some_and(|branch| branch.starts_with(b"z9hG4bK"))
    }

    /// An error, unless the sender follows RFC 2543, which did not ask for it.
    pub(crate) fn error_by_rfc3261(&self) -> Severity {
        if self.is_rfc3261() {
            Severity::Error
        } else {
            Severity::Warning
        }
    }

    pub(crate) fn is_stream(&self) -> bool {
        self.setting.transport == Transport::Stream
    }
}

/// A piece of the message in a sentence.
pub(crate) fn quote(bytes: &[u8]) -> String {
    match bytes.get(..LONGEST_QUOTE) {
        Some(start) if bytes.len() > LONGEST_QUOTE => format!("“{}…”", printable(start)),
        _ => format!("“{}”", printable(bytes)),
    }
}

/// A header's name and value without its line end, for a finding about the whole of it.
pub(crate) fn line_of(header: &Header<'_>) -> Range<usize> {
    header.span.start..header.value_span.end.max(header.span.start)
}

/// The place of a header's value; the name where there is no value to underline.
pub(crate) fn value_of(header: &Header<'_>) -> Range<usize> {
    if header.value_span.is_empty() {
        line_of(header)
    } else {
        header.value_span.clone()
    }
}

/// `1 header`, `2 headers`.
pub(crate) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
