//! Header names: their spellings, compact forms, and where each is defined.

use std::fmt;

mod lookup;

pub(crate) use lookup::NAMES;

macro_rules! header_names {
    ($($name:ident $text:literal $reference:literal,)+) => {
        /// A header's name. Recognised without regard to case (RFC 3261 §7.3.1), in its long or
        /// its compact form (§7.3.3 and the IANA registry of SIP header fields).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum HeaderName {
            $(#[doc = concat!("`", $text, "` (", $reference, ")")] $name,)+
            /// Any other name; [`Header::raw_name`](crate::Header::raw_name) holds it.
            Other,
        }

        impl HeaderName {
            /// Every name that is recognised, [`HeaderName::Other`] left out.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The long form in its usual spelling; empty for [`HeaderName::Other`].
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                    Self::Other => "",
                }
            }

            /// The document that defines it, with the section where that is a short one to name:
            /// `RFC 3261 §20.42`. Empty for [`HeaderName::Other`].
            pub const fn reference(self) -> &'static str {
                match self {
                    $(Self::$name => $reference,)+
                    Self::Other => "",
                }
            }
        }
    };
}

// The IANA registry, and three that are met without being in it (see `registration`). Adding a
// name is all there is to do here; a test in `lookup` says whether its factors need a new search.
header_names! {
    Accept "Accept" "RFC 3261 §20.1",
    AcceptContact "Accept-Contact" "RFC 3841 §9.2",
    AcceptEncoding "Accept-Encoding" "RFC 3261 §20.2",
    AcceptLanguage "Accept-Language" "RFC 3261 §20.3",
    AcceptResourcePriority "Accept-Resource-Priority" "RFC 4412 §3.2",
    AdditionalIdentity "Additional-Identity" "3GPP TS 24.229",
    AlertInfo "Alert-Info" "RFC 3261 §20.4",
    AlertMsgError "AlertMsg-Error" "RFC 8876",
    Allow "Allow" "RFC 3261 §20.5",
    AllowEvents "Allow-Events" "RFC 6665 §8.2.2",
    AnswerMode "Answer-Mode" "RFC 5373",
    AttestationInfo "Attestation-Info" "3GPP TS 24.229",
    AuthenticationInfo "Authentication-Info" "RFC 3261 §20.6",
    Authorization "Authorization" "RFC 3261 §20.7",
    CallId "Call-ID" "RFC 3261 §20.8",
    CallInfo "Call-Info" "RFC 3261 §20.9",
    CellularNetworkInfo "Cellular-Network-Info" "3GPP TS 24.229",
    Contact "Contact" "RFC 3261 §20.10",
    ContentDisposition "Content-Disposition" "RFC 3261 §20.11",
    ContentEncoding "Content-Encoding" "RFC 3261 §20.12",
    ContentId "Content-ID" "RFC 8262",
    ContentLanguage "Content-Language" "RFC 3261 §20.13",
    ContentLength "Content-Length" "RFC 3261 §20.14",
    ContentType "Content-Type" "RFC 3261 §20.15",
    CSeq "CSeq" "RFC 3261 §20.16",
    Date "Date" "RFC 3261 §20.17",
    DcInfo "DC-Info" "3GPP TS 24.229",
    Diversion "Diversion" "RFC 5806",
    Encryption "Encryption" "RFC 3261",
    ErrorInfo "Error-Info" "RFC 3261 §20.18",
    Event "Event" "RFC 6665 §8.2.1",
    Expires "Expires" "RFC 3261 §20.19",
    FeatureCaps "Feature-Caps" "RFC 6809",
    FlowTimer "Flow-Timer" "RFC 5626",
    From "From" "RFC 3261 §20.20",
    Geolocation "Geolocation" "RFC 6442",
    GeolocationError "Geolocation-Error" "RFC 6442",
    GeolocationRouting "Geolocation-Routing" "RFC 6442",
    Hide "Hide" "RFC 3261",
    HistoryInfo "History-Info" "RFC 7044",
    Identity "Identity" "RFC 8224 §4",
    IdentityInfo "Identity-Info" "RFC 8224",
    InfoPackage "Info-Package" "RFC 6086",
    InReplyTo "In-Reply-To" "RFC 3261 §20.21",
    Join "Join" "RFC 3911",
    MaxBreadth "Max-Breadth" "RFC 5393",
    MaxForwards "Max-Forwards" "RFC 3261 §20.22",
    MimeVersion "MIME-Version" "RFC 3261 §20.24",
    MinExpires "Min-Expires" "RFC 3261 §20.23",
    MinSe "Min-SE" "RFC 4028 §5",
    Organization "Organization" "RFC 3261 §20.25",
    OriginationId "Origination-Id" "3GPP TS 24.229",
    PAccessNetworkInfo "P-Access-Network-Info" "RFC 7315",
    PAnswerState "P-Answer-State" "RFC 4964",
    PAssertedIdentity "P-Asserted-Identity" "RFC 3325 §9.1",
    PAssertedService "P-Asserted-Service" "RFC 6050",
    PAssociatedUri "P-Associated-URI" "RFC 7315",
    Path "Path" "RFC 3327 §4",
    PCalledPartyId "P-Called-Party-ID" "RFC 7315",
    PChargeInfo "P-Charge-Info" "RFC 8496",
    PChargingFunctionAddresses "P-Charging-Function-Addresses" "RFC 7315",
    PChargingVector "P-Charging-Vector" "RFC 7315",
    PDcsBillingInfo "P-DCS-Billing-Info" "RFC 5503",
    PDcsLaes "P-DCS-LAES" "RFC 5503",
    PDcsOsps "P-DCS-OSPS" "RFC 5503",
    PDcsRedirect "P-DCS-Redirect" "RFC 5503",
    PDcsTracePartyId "P-DCS-Trace-Party-ID" "RFC 5503",
    PEarlyMedia "P-Early-Media" "RFC 5009",
    PermissionMissing "Permission-Missing" "RFC 5360",
    PMediaAuthorization "P-Media-Authorization" "RFC 3313",
    PolicyContact "Policy-Contact" "RFC 6794",
    PolicyId "Policy-ID" "RFC 6794",
    PPreferredIdentity "P-Preferred-Identity" "RFC 3325 §9.2",
    PPreferredService "P-Preferred-Service" "RFC 6050",
    PPrivateNetworkIndication "P-Private-Network-Indication" "RFC 7316",
    PProfileKey "P-Profile-Key" "RFC 5002",
    PRefusedUriList "P-Refused-URI-List" "RFC 5318",
    Priority "Priority" "RFC 3261 §20.26",
    PriorityShare "Priority-Share" "3GPP TS 24.229",
    PriorityVerstat "Priority-Verstat" "3GPP TS 24.229",
    Privacy "Privacy" "RFC 3323 §4.2",
    PrivAnswerMode "Priv-Answer-Mode" "RFC 5373",
    ProxyAuthenticate "Proxy-Authenticate" "RFC 3261 §20.27",
    ProxyAuthenticationInfo "Proxy-Authentication-Info" "RFC 7615 §4",
    ProxyAuthorization "Proxy-Authorization" "RFC 3261 §20.28",
    ProxyRequire "Proxy-Require" "RFC 3261 §20.29",
    PServedUser "P-Served-User" "RFC 5502",
    PUserDatabase "P-User-Database" "RFC 4457",
    PVisitedNetworkId "P-Visited-Network-ID" "RFC 7315",
    RAck "RAck" "RFC 3262 §7.2",
    Reason "Reason" "RFC 3326 §2",
    ReasonPhrase "Reason-Phrase" "RFC 6873",
    RecordRoute "Record-Route" "RFC 3261 §20.30",
    RecvInfo "Recv-Info" "RFC 6086",
    ReferEventsAt "Refer-Events-At" "RFC 7614",
    ReferredBy "Referred-By" "RFC 3892",
    ReferSub "Refer-Sub" "RFC 4488",
    ReferTo "Refer-To" "RFC 3515 §2.1",
    RejectContact "Reject-Contact" "RFC 3841 §9.2",
    RelayedCharge "Relayed-Charge" "3GPP TS 24.229",
    RemotePartyId "Remote-Party-ID" "draft-ietf-sip-privacy-04",
    Replaces "Replaces" "RFC 3891 §6.1",
    ReplyTo "Reply-To" "RFC 3261 §20.31",
    RequestDisposition "Request-Disposition" "RFC 3841 §9.1",
    Require "Require" "RFC 3261 §20.32",
    ResourcePriority "Resource-Priority" "RFC 4412 §3.1",
    ResourceShare "Resource-Share" "3GPP TS 24.229",
    ResponseKey "Response-Key" "RFC 3261",
    ResponseSource "Response-Source" "3GPP TS 24.229",
    RestorationInfo "Restoration-Info" "3GPP TS 24.229",
    RetryAfter "Retry-After" "RFC 3261 §20.33",
    Route "Route" "RFC 3261 §20.34",
    RSeq "RSeq" "RFC 3262 §7.1",
    SecurityClient "Security-Client" "RFC 3329",
    SecurityServer "Security-Server" "RFC 3329",
    SecurityVerify "Security-Verify" "RFC 3329",
    Server "Server" "RFC 3261 §20.35",
    ServiceInteractInfo "Service-Interact-Info" "3GPP TS 24.229",
    ServiceRoute "Service-Route" "RFC 3608",
    SessionExpires "Session-Expires" "RFC 4028 §4",
    SessionId "Session-ID" "RFC 7989",
    SipEtag "SIP-ETag" "RFC 3903 §11.3.1",
    SipIfMatch "SIP-If-Match" "RFC 3903 §11.3.2",
    Subject "Subject" "RFC 3261 §20.36",
    SubscriptionState "Subscription-State" "RFC 6665 §8.2.3",
    Supported "Supported" "RFC 3261 §20.37",
    SuppressIfMatch "Suppress-If-Match" "RFC 5839",
    TargetDialog "Target-Dialog" "RFC 4538 §7",
    Timestamp "Timestamp" "RFC 3261 §20.38",
    To "To" "RFC 3261 §20.39",
    TriggerConsent "Trigger-Consent" "RFC 5360",
    Unsupported "Unsupported" "RFC 3261 §20.40",
    UserAgent "User-Agent" "RFC 3261 §20.41",
    UserToUser "User-to-User" "RFC 7433",
    Via "Via" "RFC 3261 §20.42",
    Warning "Warning" "RFC 3261 §20.43",
    WwwAuthenticate "WWW-Authenticate" "RFC 3261 §20.44",
}

/// How a name stands in the IANA registry of SIP header fields.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Registration {
    /// It is there.
    Registered,
    /// It is there, marked as deprecated.
    Deprecated,
    /// It is there for no one to use: `Reason-Phrase`, lest it be confused with the field of the
    /// common log format (RFC 6873).
    Reserved,
    /// It is not there.
    Unregistered,
}

impl HeaderName {
    /// How it stands in the IANA registry.
    pub const fn registration(self) -> Registration {
        match self {
            Self::Encryption | Self::Hide | Self::IdentityInfo | Self::ResponseKey => {
                Registration::Deprecated
            }
            Self::ReasonPhrase => Registration::Reserved,
            Self::Diversion | Self::ProxyAuthenticationInfo | Self::RemotePartyId | Self::Other => {
                Registration::Unregistered
            }
            _ => Registration::Registered,
        }
    }

    /// The header of a compact form, such as `v`.
    pub const fn from_compact(letter: u8) -> Self {
        match letter.to_ascii_lowercase() {
            b'a' => Self::AcceptContact,
            b'b' => Self::ReferredBy,
            b'c' => Self::ContentType,
            b'd' => Self::RequestDisposition,
            b'e' => Self::ContentEncoding,
            b'f' => Self::From,
            b'i' => Self::CallId,
            b'j' => Self::RejectContact,
            b'k' => Self::Supported,
            b'l' => Self::ContentLength,
            b'm' => Self::Contact,
            b'n' => Self::IdentityInfo,
            b'o' => Self::Event,
            b'r' => Self::ReferTo,
            b's' => Self::Subject,
            b't' => Self::To,
            b'u' => Self::AllowEvents,
            b'v' => Self::Via,
            b'x' => Self::SessionExpires,
            b'y' => Self::Identity,
            _ => Self::Other,
        }
    }

    /// The compact form, in lower case, where there is one.
    pub fn compact(self) -> Option<char> {
        if self == Self::Other {
            return None;
        }
        (b'a'..=b'z')
            .find(|letter| Self::from_compact(*letter) == self)
            .map(char::from)
    }

    /// Whether a message may carry this header at most once, with a single value (RFC 3261 §20
    /// and the RFCs that define the others).
    pub const fn is_single(self) -> bool {
        matches!(
            self,
            Self::CallId
                | Self::ContentDisposition
                | Self::ContentId
                | Self::ContentLength
                | Self::ContentType
                | Self::CSeq
                | Self::Date
                | Self::Event
                | Self::Expires
                | Self::From
                | Self::MaxBreadth
                | Self::MaxForwards
                | Self::MimeVersion
                | Self::MinExpires
                | Self::MinSe
                | Self::Organization
                | Self::Priority
                | Self::RAck
                | Self::ReferTo
                | Self::ReferredBy
                | Self::Replaces
                | Self::ReplyTo
                | Self::RetryAfter
                | Self::RSeq
                | Self::Server
                | Self::SessionExpires
                | Self::SipEtag
                | Self::SipIfMatch
                | Self::Subject
                | Self::SubscriptionState
                | Self::TargetDialog
                | Self::Timestamp
                | Self::To
                | Self::UserAgent
        )
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
