//! Where a 2xx to an INVITE sends the requests of its dialog.

use sipwhy_parser::{HeaderName, Message, Uri};

use crate::annotation::QuotedLine;
use crate::quote;
use crate::target::Target;

/// Where the caller has to send its ACK, as the 2xx says it (RFC 3261 §12.1.2, §12.2.1.1).
#[derive(Debug)]
pub(crate) struct Course {
    /// The callee's Contact, the remote target of the caller.
    pub(crate) contact: Option<Target>,
    /// The first proxy of the caller's route set: the last Record-Route of the response.
    pub(crate) route: Option<Target>,
    /// Whether that proxy routes strictly, as in RFC 2543: its URI has no `lr`.
    pub(crate) is_strict: bool,
    /// The header line that decides, its value underlined.
    line: Option<QuotedLine>,
}

impl Course {
    pub(crate) fn read(message: &Message<'_, '_>) -> Self {
        let route = message.record_routes().last();
        let contact = message
            .contacts()
            .next()
            .and_then(sipwhy_parser::ContactItem::address);
        let decides = if route.is_some() {
            message.all(HeaderName::RecordRoute).last()
        } else {
            message.header(HeaderName::Contact)
        };
        Self {
            contact: contact.and_then(|contact| Target::parse(contact.uri)),
            is_strict: route
                .and_then(|route| Uri::parse(route.uri))
                .is_some_and(|uri| !uri.has_lr()),
            route: route.and_then(|route| Target::parse(route.uri)),
            line: decides.map(|header| quote::header(message, &header, "")),
        }
    }

    /// Where the ACK has to go first: to the first proxy of the route set, or else straight to
    /// the Contact.
    pub(crate) fn next_hop(&self) -> Option<&Target> {
        self.route.as_ref().or(self.contact.as_ref())
    }

    /// The header that says so.
    pub(crate) const fn header_name(&self) -> &'static str {
        if self.route.is_some() {
            "Record-Route"
        } else {
            "Contact"
        }
    }

    /// The line that says so, with `label` under its value.
    pub(crate) fn line(&self, label: &str) -> Option<QuotedLine> {
        let mut line = self.line.clone()?;
        if let Some((_, text)) = &mut line.mark {
            label.clone_into(text);
        }
        Some(line)
    }
}
