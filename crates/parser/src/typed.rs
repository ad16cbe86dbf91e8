//! What a message says in the headers that not every message has, decoded.

use crate::headers::{
    Auth, Challenges, Date, DialogRef, Diversion, Event, HistoryEntry, Identity, MediaType, RAck,
    RetryAfter, SessionExpires, SessionId, SubscriptionState, tokens,
};
use crate::lexical::decimal;
use crate::list::List;
use crate::{Header, HeaderName, Message};

impl<'a> Message<'_, 'a> {
    /// The headers of this name that the end of the bytes did not cut off.
    fn whole_headers(self, name: HeaderName) -> impl Iterator<Item = Header<'a>> {
        self.all(name).filter(|header| header.is_complete)
    }

    /// The elements of all headers of this name that the end of the bytes did not cut off.
    fn whole_items(self, name: HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.all(name).flat_map(|header| {
            List::addresses(header.value, !header.is_complete)
                .filter(|item| !item.is_cut)
                .map(|item| item.value)
        })
    }

    /// The challenges of all headers of this name (WWW-Authenticate, Proxy-Authenticate).
    pub fn challenges(self, name: HeaderName) -> impl Iterator<Item = Auth<'a>> {
        self.whole_headers(name)
            .flat_map(|header| Challenges::new(header.value))
    }

    /// The credentials of all headers of this name (Authorization, Proxy-Authorization): one for
    /// each realm. Malformed ones are left out.
    pub fn credentials(self, name: HeaderName) -> impl Iterator<Item = Auth<'a>> {
        self.whole_headers(name)
            .filter_map(|header| Auth::parse(header.value))
    }

    /// The tokens of all headers of this name, such as Allow, Supported or Require.
    pub fn tokens(self, name: HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.whole_headers(name)
            .flat_map(|header| tokens(header.value))
    }

    /// RAck; `None` when missing or malformed.
    pub fn rack(self) -> Option<RAck<'a>> {
        RAck::parse(self.value(HeaderName::RAck)?)
    }

    /// RSeq; `None` when missing or malformed.
    pub fn rseq(self) -> Option<u32> {
        decimal(self.value(HeaderName::RSeq)?)
    }

    /// Session-Expires; `None` when missing or malformed.
    pub fn session_expires(self) -> Option<SessionExpires<'a>> {
        SessionExpires::parse(self.value(HeaderName::SessionExpires)?)
    }

    /// Retry-After with its comment and parameters; `None` when missing or malformed.
    pub fn retry_after(self) -> Option<RetryAfter<'a>> {
        RetryAfter::parse(self.value(HeaderName::RetryAfter)?)
    }

    /// Date; `None` when missing or malformed.
    pub fn date(self) -> Option<Date> {
        Date::parse(self.value(HeaderName::Date)?)
    }

    /// Replaces; `None` when missing or malformed.
    pub fn replaces(self) -> Option<DialogRef<'a>> {
        DialogRef::parse(self.value(HeaderName::Replaces)?)
    }

    /// Event; `None` when missing or malformed.
    pub fn event(self) -> Option<Event<'a>> {
        Event::parse(self.value(HeaderName::Event)?)
    }

    /// Subscription-State; `None` when missing or malformed.
    pub fn subscription_state(self) -> Option<SubscriptionState<'a>> {
        SubscriptionState::parse(self.value(HeaderName::SubscriptionState)?)
    }

    /// Content-Type; `None` when missing or malformed.
    pub fn content_type(self) -> Option<MediaType<'a>> {
        MediaType::parse(self.value(HeaderName::ContentType)?)
    }

    /// Session-ID; `None` when missing or malformed.
    pub fn session_id(self) -> Option<SessionId<'a>> {
        SessionId::parse(self.value(HeaderName::SessionId)?)
    }

    /// The Identity values in order. Cut ones are left out.
    pub fn identities(self) -> impl Iterator<Item = Identity<'a>> {
        self.whole_items(HeaderName::Identity)
            .filter_map(Identity::parse)
    }

    /// The History-Info entries in order. Malformed and cut ones are left out.
    pub fn history(self) -> impl Iterator<Item = HistoryEntry<'a>> {
        self.whole_items(HeaderName::HistoryInfo)
            .filter_map(HistoryEntry::parse)
    }

    /// The Diversion values, the latest first. Malformed and cut ones are left out.
    pub fn diversions(self) -> impl Iterator<Item = Diversion<'a>> {
        self.whole_items(HeaderName::Diversion)
            .filter_map(Diversion::parse)
    }
}
