//! Header names, their compact forms, and how a name is recognised.

use std::fmt;

use crate::lanes::LANES;
use crate::lexical::is_token;

macro_rules! header_names {
    ($($name:ident $text:literal,)+) => {
        /// A header's name. Recognised without regard to case (RFC 3261 §7.3.1), in its long or
        /// its compact form (§7.3.3 and the IANA registry of SIP header fields).
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum HeaderName {
            $(#[doc = concat!("`", $text, "`")] $name,)+
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
        }
    };
}

header_names! {
    Accept "Accept",
    AcceptContact "Accept-Contact",
    AcceptEncoding "Accept-Encoding",
    AcceptLanguage "Accept-Language",
    AcceptResourcePriority "Accept-Resource-Priority",
    AlertInfo "Alert-Info",
    Allow "Allow",
    AllowEvents "Allow-Events",
    AnswerMode "Answer-Mode",
    AuthenticationInfo "Authentication-Info",
    Authorization "Authorization",
    CallId "Call-ID",
    CallInfo "Call-Info",
    Contact "Contact",
    ContentDisposition "Content-Disposition",
    ContentEncoding "Content-Encoding",
    ContentId "Content-ID",
    ContentLanguage "Content-Language",
    ContentLength "Content-Length",
    ContentType "Content-Type",
    CSeq "CSeq",
    Date "Date",
    Diversion "Diversion",
    Encryption "Encryption",
    ErrorInfo "Error-Info",
    Event "Event",
    Expires "Expires",
    FeatureCaps "Feature-Caps",
    FlowTimer "Flow-Timer",
    From "From",
    Geolocation "Geolocation",
    GeolocationError "Geolocation-Error",
    GeolocationRouting "Geolocation-Routing",
    Hide "Hide",
    HistoryInfo "History-Info",
    Identity "Identity",
    IdentityInfo "Identity-Info",
    InfoPackage "Info-Package",
    InReplyTo "In-Reply-To",
    Join "Join",
    MaxBreadth "Max-Breadth",
    MaxForwards "Max-Forwards",
    MimeVersion "MIME-Version",
    MinExpires "Min-Expires",
    MinSe "Min-SE",
    Organization "Organization",
    PAccessNetworkInfo "P-Access-Network-Info",
    PAnswerState "P-Answer-State",
    PAssertedIdentity "P-Asserted-Identity",
    PAssociatedUri "P-Associated-URI",
    PCalledPartyId "P-Called-Party-ID",
    PChargingFunctionAddresses "P-Charging-Function-Addresses",
    PChargingVector "P-Charging-Vector",
    PEarlyMedia "P-Early-Media",
    PPreferredIdentity "P-Preferred-Identity",
    PPreferredService "P-Preferred-Service",
    PProfileKey "P-Profile-Key",
    PServedUser "P-Served-User",
    PVisitedNetworkId "P-Visited-Network-ID",
    Path "Path",
    Priority "Priority",
    Privacy "Privacy",
    PrivAnswerMode "Priv-Answer-Mode",
    ProxyAuthenticate "Proxy-Authenticate",
    ProxyAuthenticationInfo "Proxy-Authentication-Info",
    ProxyAuthorization "Proxy-Authorization",
    ProxyRequire "Proxy-Require",
    RAck "RAck",
    Reason "Reason",
    RecordRoute "Record-Route",
    RecvInfo "Recv-Info",
    ReferEventsAt "Refer-Events-At",
    ReferredBy "Referred-By",
    ReferSub "Refer-Sub",
    ReferTo "Refer-To",
    RejectContact "Reject-Contact",
    RemotePartyId "Remote-Party-ID",
    Replaces "Replaces",
    ReplyTo "Reply-To",
    RequestDisposition "Request-Disposition",
    Require "Require",
    ResourcePriority "Resource-Priority",
    ResponseKey "Response-Key",
    ResponseSource "Response-Source",
    RetryAfter "Retry-After",
    Route "Route",
    RSeq "RSeq",
    SecurityClient "Security-Client",
    SecurityServer "Security-Server",
    SecurityVerify "Security-Verify",
    Server "Server",
    ServiceRoute "Service-Route",
    SessionExpires "Session-Expires",
    SessionId "Session-ID",
    SipEtag "SIP-ETag",
    SipIfMatch "SIP-If-Match",
    Subject "Subject",
    SubscriptionState "Subscription-State",
    Supported "Supported",
    SuppressIfMatch "Suppress-If-Match",
    TargetDialog "Target-Dialog",
    Timestamp "Timestamp",
    To "To",
    TriggerConsent "Trigger-Consent",
    Unsupported "Unsupported",
    UserAgent "User-Agent",
    UserToUser "User-to-User",
    Via "Via",
    Warning "Warning",
    WwwAuthenticate "WWW-Authenticate",
}

/// How many values a table indexed by header name needs, [`HeaderName::Other`] included.
pub(crate) const NAMES: usize = HeaderName::ALL.len() + 1;

const SLOTS: usize = 1024;
const FREE: HeaderName = HeaderName::Other;

/// Each name's bytes, indexed by the name: a load instead of a jump.
static TEXT: [&[u8]; NAMES] = {
    let mut texts: [&[u8]; NAMES] = [&[]; NAMES];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        texts[index] = HeaderName::ALL[index].as_str().as_bytes();
        index += 1;
    }
    texts
};

/// Long names by [`slot`], collisions in the next free slot. Built by the compiler, so adding a
/// name to the list above is all there is to do.
static BY_SLOT: [HeaderName; SLOTS] = {
    let mut table = [FREE; SLOTS];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        let name = HeaderName::ALL[index];
        let mut at = slot(name.as_str().as_bytes());
        while !matches!(table[at], HeaderName::Other) {
            at = (at + 1) % SLOTS;
        }
        table[at] = name;
        index += 1;
    }
    table
};

/// A slot from the length and four case-folded bytes: enough to tell the names apart, and
/// independent of how long the input is. The factors come from a search: with them no two of the
/// names above share a slot. Should a new name do so, it costs one more step and nothing else.
const fn slot(name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let first = (name[0] | 0x20) as usize;
    let middle = (name[length / 2] | 0x20) as usize;
    let quarter = (name[length / 4] | 0x20) as usize;
    let last = (name[length - 1] | 0x20) as usize;
    (length * 36 + first * 227 + middle * 221 + quarter * 63 + last * 127) % SLOTS
}

/// Each name in its usual spelling with the colon behind it, as one number; 0 for names that are
/// longer than that.
static WORDS: [u128; NAMES] = {
    let mut words = [0; NAMES];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        let text = HeaderName::ALL[index].as_str().as_bytes();
        if text.len() < LANES {
            let mut word = [0; LANES];
            let mut at = 0;
            while at < text.len() {
                word[at] = text[at];
                at += 1;
            }
            word[at] = b':';
            words[index] = u128::from_le_bytes(word);
        }
        index += 1;
    }
    words
};

/// What to keep of such a number when the colon is the byte of this index.
static UP_TO: [u128; LANES] = {
    let mut masks = [0; LANES];
    let mut colon = 0;
    while colon < LANES {
        masks[colon] = u128::MAX >> (8 * (LANES - 1 - colon));
        colon += 1;
    }
    masks
};

/// Names by [`word_slot`]. Of two that share a slot the first has it, and the other is found by
/// its bytes.
static BY_WORD: [HeaderName; SLOTS] = {
    let mut table = [FREE; SLOTS];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        let at = word_slot(WORDS[index]);
        if WORDS[index] != 0 && matches!(table[at], HeaderName::Other) {
            table[at] = HeaderName::ALL[index];
        }
        index += 1;
    }
    table
};

/// The factor comes from a search: with it no two of the names above share a slot.
const fn word_slot(word: u128) -> usize {
    let folded = word as u64 ^ ((word >> 64) as u64).rotate_left(7);
    (folded.wrapping_mul(0x1027_c4d1_c386_bbc5) >> 54) as usize
}

impl HeaderName {
    /// The name of a header from the first bytes of its line, of which the one at `colon` is the
    /// first colon. `None` for what is not a name, and where there is no colon among the bytes.
    #[inline(always)]
    pub(crate) fn from_start(start: &[u8; LANES], colon: usize) -> Option<Self> {
        // All up to the colon, the colon too; nothing without one.
        let word = u128::from_le_bytes(*start) & UP_TO.get(colon)?;
        let found = BY_WORD.get(word_slot(word)).copied().unwrap_or(FREE);
        // For `Other` the table has 0, which no word is.
        if WORDS.get(found as usize) == Some(&word) {
            return Some(found);
        }
        Self::from_unusual_start(start, colon)
    }

    fn from_unusual_start(start: &[u8; LANES], colon: usize) -> Option<Self> {
        let name = start.get(..colon)?;
        let found = Self::from_bytes(name);
        (found != Self::Other || is_token(name)).then_some(found)
    }

    /// The name that these bytes spell in any case, long or compact; without a colon.
    pub fn from_bytes(name: &[u8]) -> Self {
        match name {
            [] => Self::Other,
            [letter] => Self::from_compact(*letter),
            _ => Self::from_long(name),
        }
    }

    fn from_long(name: &[u8]) -> Self {
        let mut at = slot(name);
        loop {
            let found = BY_SLOT.get(at).copied().unwrap_or(FREE);
            // The table is far from full, so a free slot ends every search.
            if found == FREE {
                return found;
            }
            let text = TEXT.get(found as usize).copied().unwrap_or_default();
            // Nearly every sender spells names as the RFC does.
            if text == name || text.eq_ignore_ascii_case(name) {
                return found;
            }
            at = (at + 1) % SLOTS;
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
