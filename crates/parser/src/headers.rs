//! Typed values of the headers beyond those that every message has.
//!
//! Each family has its decoders, which take what receivers take and answer `None` rather than
//! guess, and its strict reading, which [`value_faults`] finds by the header's name.

mod addresses;
mod call_id;
mod capabilities;
mod date;
mod digest;
mod events;
mod identity;
mod media;
mod network;
mod parameterized;
mod phrases;
mod reliability;
mod session_id;
mod strict;
mod timers;
mod tokens;
mod uris;

pub use addresses::{Diversion, HistoryEntry, RemotePartyId, Retarget};
pub use call_id::{DialogRef, call_id_parts};
pub use capabilities::{SecurityMechanism, UserToUser};
pub use date::Date;
pub use digest::{Algorithm, Auth, AuthParams, AuthParamsIter, Challenges};
pub use events::{Event, SubscriptionState, SubscriptionStatus};
pub use identity::Identity;
pub use media::{MediaType, MimeVersion};
pub use network::{AccessNetwork, ChargingVector, EarlyMedia};
pub use parameterized::Parameterized;
pub use reliability::RAck;
pub use session_id::SessionId;
pub use timers::{Refresher, RetryAfter, SessionExpires, Timestamp};
pub use tokens::{ResourcePriority, privacy_values, tokens};
pub use uris::UriItem;

use crate::fault::Report;
use crate::{Address, ContactItem, Fault, HeaderName, Via};

/// Hands every fault of a header's value to `report`: what departs from the header's grammar, or
/// from a must that its value alone can break. Spans are offsets in `value`, which is the value of
/// one header, with its folds and with all elements of a list; none is empty unless the value is. Names without a grammar of their
/// own, unknown ones among them, have no faults.
pub fn value_faults(name: HeaderName, value: &[u8], report: &mut dyn FnMut(Fault)) {
    read_strictly(name, value, &mut |mut fault| {
        // Where something is missing in front of everything else, the next byte stands for it.
        if let Some(last) = value.len().checked_sub(1)
            && fault.span.is_empty()
        {
            let at = fault.span.start.min(last);
            fault.span = at..at + 1;
        }
        report(fault);
    });
}

fn read_strictly(name: HeaderName, value: &[u8], report: Report<'_>) {
    use HeaderName as Name;
    match name {
        Name::Via => Via::faults(value, report),
        Name::Contact => ContactItem::faults(value, report),
        Name::From
        | Name::To
        | Name::ReplyTo
        | Name::ReferTo
        | Name::ReferredBy
        | Name::AdditionalIdentity
        | Name::PCalledPartyId
        | Name::PChargeInfo
        | Name::PDcsTracePartyId
        | Name::PProfileKey
        | Name::PServedUser => Address::faults(value, report),
        Name::Route
        | Name::RecordRoute
        | Name::Path
        | Name::ServiceRoute
        | Name::PAssertedIdentity
        | Name::PPreferredIdentity
        | Name::PAssociatedUri
        | Name::PermissionMissing
        | Name::PRefusedUriList
        | Name::ReferEventsAt
        | Name::RemotePartyId
        | Name::TriggerConsent => Address::list_faults(value, report),
        Name::HistoryInfo => addresses::history_info(value, report),
        Name::Diversion => addresses::diversion(value, report),

        Name::CallId => call_id::call_id_faults(value, report),
        Name::InReplyTo => call_id::in_reply_to(value, report),
        Name::Replaces | Name::Join => {
            call_id::dialog(value, ["to-tag", "from-tag"], report);
        }
        Name::TargetDialog => call_id::dialog(value, ["local-tag", "remote-tag"], report),
        Name::CSeq => reliability::cseq(value, report),
        Name::RAck => reliability::rack(value, report),
        Name::RSeq => reliability::rseq(value, report),

        Name::WwwAuthenticate | Name::ProxyAuthenticate => digest::challenges(value, report),
        Name::Authorization | Name::ProxyAuthorization => digest::credentials(value, report),
        Name::AuthenticationInfo | Name::ProxyAuthenticationInfo => digest::info(value, report),
        Name::Identity => identity::faults(value, report),
        Name::SecurityClient | Name::SecurityServer | Name::SecurityVerify => {
            capabilities::security(value, report);
        }

        Name::Date => date::faults(value, report),
        Name::Timestamp => timers::timestamp(value, report),
        Name::Expires | Name::MinExpires | Name::FlowTimer => timers::expires(value, report),
        Name::SessionExpires => timers::session_expires(value, report),
        Name::MinSe => timers::min_se(value, report),
        Name::RetryAfter => timers::retry_after(value, report),
        Name::MaxForwards => timers::hops(value, 255, report),
        Name::MaxBreadth => timers::hops(value, u32::MAX, report),

        Name::ContentType => media::content_type(value, report),
        Name::ContentLength => media::content_length(value, report),
        Name::ContentDisposition => media::content_disposition(value, report),
        Name::ContentLanguage => media::content_language(value, report),
        Name::ContentId => media::content_id(value, report),
        Name::MimeVersion => media::mime_version(value, report),
        Name::Accept => media::accept(value, report),
        Name::AcceptLanguage => media::accept_language(value, report),

        Name::AlertInfo
        | Name::CallInfo
        | Name::ErrorInfo
        | Name::Geolocation
        | Name::PolicyContact
        | Name::PUserDatabase => uris::uris(value, report),
        Name::IdentityInfo => uris::one_uri(value, report),
        Name::GeolocationRouting => uris::geolocation_routing(value, report),
        Name::GeolocationError => uris::geolocation_error(value, report),

        Name::Event => events::event(value, report),
        Name::AllowEvents => events::allow_events(value, report),
        Name::SubscriptionState => events::subscription_state(value, report),

        Name::Reason => phrases::reason(value, report),
        Name::Warning => phrases::warning(value, report),
        Name::Server | Name::UserAgent => phrases::products(value, report),
        Name::Subject | Name::Organization => phrases::text(value, report),

        Name::SessionId => session_id::faults(value, report),
        Name::UserToUser => capabilities::user_to_user(value, report),
        Name::AcceptContact | Name::RejectContact | Name::FeatureCaps => {
            capabilities::features(value, report);
        }
        Name::PChargingVector => network::charging_vector(value, report),
        Name::PChargingFunctionAddresses => network::charging_addresses(value, report),
        Name::PVisitedNetworkId => network::visited_network(value, report),
        Name::PAssertedService | Name::PPreferredService => network::service(value, report),

        Name::Privacy => tokens::privacy(value, report),
        Name::ResourcePriority => tokens::resource_priority(value, report),
        Name::AcceptResourcePriority => tokens::accept_resource_priority(value, report),
        Name::ReferSub => tokens::boolean_with_params(value, report),
        Name::Allow | Name::Supported | Name::PEarlyMedia => tokens::any(value, report),
        Name::Require
        | Name::ProxyRequire
        | Name::Unsupported
        | Name::ContentEncoding
        | Name::RequestDisposition => tokens::some(value, report),
        Name::AcceptEncoding | Name::RecvInfo => tokens::any_with_params(value, report),
        Name::CellularNetworkInfo | Name::PAccessNetworkInfo => {
            tokens::some_with_params(value, report);
        }
        Name::AnswerMode | Name::PrivAnswerMode | Name::InfoPackage | Name::PAnswerState => {
            tokens::one_with_params(value, report);
        }
        Name::Priority | Name::SipEtag | Name::SipIfMatch | Name::SuppressIfMatch => {
            tokens::one(value, report);
        }

        // What obsolete headers hold, and those that nobody defined, is for their readers to say.
        _ => {}
    }
}
