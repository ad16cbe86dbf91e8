//! What challenges and credentials say (RFC 3261 §22), as far as rules compare it. No digest is
//! kept, and of a nonce only its hash: what is not remembered cannot be shown.

mod answering;
mod compare;
mod line;

use std::borrow::Cow;

use sipwhy_parser::headers::{Auth as Written, AuthParams};
use sipwhy_parser::{HeaderName, Message, Uri, printable};
use smallvec::SmallVec;

use crate::key::KeyMaker;
use crate::quote;

pub(crate) use answering::Answering;
pub(crate) use compare::{Mismatch, generator, mismatches, rejected};
pub(crate) use line::{Field, challenge_line, credential_line};

/// Challenges or credentials that are kept of one message. A path with more realms than this is
/// nobody's; who sends more gains nothing by it.
const MOST: usize = 8;

/// Who asks for credentials: the two kinds never answer each other (RFC 3261 §22.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthKind {
    /// A UAS or registrar: 401, WWW-Authenticate and Authorization.
    Server,
    /// A proxy: 407, Proxy-Authenticate and Proxy-Authorization.
    Proxy,
}

impl AuthKind {
    const BOTH: [Self; 2] = [Self::Server, Self::Proxy];

    const fn challenge_header(self) -> HeaderName {
        match self {
            Self::Server => HeaderName::WwwAuthenticate,
            Self::Proxy => HeaderName::ProxyAuthenticate,
        }
    }

    const fn credentials_header(self) -> HeaderName {
        match self {
            Self::Server => HeaderName::Authorization,
            Self::Proxy => HeaderName::ProxyAuthorization,
        }
    }
}

/// A text to be compared in full and shown in part.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    hash: u64,
    /// Printable, and no longer than a line.
    pub(crate) shown: Box<str>,
}

impl Text {
    fn of(bytes: &[u8], keys: &KeyMaker) -> Self {
        Self {
            hash: keys.short(bytes),
            shown: shown(bytes),
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

/// One challenge.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub(crate) kind: AuthKind,
    pub(crate) is_digest: bool,
    pub(crate) realm: Text,
    nonce: u64,
    /// In upper case, `MD5` where none is named.
    pub(crate) algorithm: Cow<'static, str>,
    /// In lower case; empty where none is offered.
    qops: SmallVec<[Cow<'static, str>; 2]>,
    pub(crate) is_stale: bool,
}

/// The credentials for one realm.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) kind: AuthKind,
    pub(crate) user: Box<str>,
    pub(crate) realm: Text,
    nonce: u64,
    algorithm: Cow<'static, str>,
    qop: Option<Cow<'static, str>>,
    /// The URI that they were made for, where that is not the Request-URI.
    other_uri: Option<Box<str>>,
    nonce_count: Option<u32>,
}

/// The credentials of a request, and the challenges of its final response.
#[derive(Debug, Default)]
pub(crate) struct Auth {
    pub(crate) credentials: SmallVec<[Credential; 1]>,
    pub(crate) challenges: SmallVec<[Challenge; 1]>,
    /// Whether credentials followed later in the same call.
    pub(crate) is_answered: bool,
}

impl Auth {
    /// The digest credentials of a request to `uri`, and how many were left out because there were
    /// too many.
    pub(crate) fn read_credentials(
        message: &Message<'_, '_>,
        uri: &[u8],
        keys: &KeyMaker,
    ) -> (SmallVec<[Credential; 1]>, u64) {
        let read = |kind: AuthKind| {
            message
                .credentials(kind.credentials_header())
                .filter(|written| written.is_digest())
                .filter_map(move |written| Credential::read(kind, written, uri, keys))
        };
        let sent = AuthKind::BOTH.into_iter();
        cut(sent
            .filter(|kind| message.has(kind.credentials_header()))
            .flat_map(read))
    }

    /// The challenges of a response, and how many were left out because there were too many.
    pub(crate) fn read_challenges(
        message: &Message<'_, '_>,
        keys: &KeyMaker,
    ) -> (SmallVec<[Challenge; 1]>, u64) {
        let read = |kind: AuthKind| {
            message
                .challenges(kind.challenge_header())
                .map(move |written| Challenge::read(kind, written, keys))
        };
        let sent = AuthKind::BOTH.into_iter();
        cut(sent
            .filter(|kind| message.has(kind.challenge_header()))
            .flat_map(read))
    }
}

/// As many as are kept of one message, and how many more there are.
fn cut<T>(mut all: impl Iterator<Item = T>) -> (SmallVec<[T; 1]>, u64) {
    let kept = all.by_ref().take(MOST).collect();
    (kept, all.count() as u64)
}

impl Challenge {
    fn read(kind: AuthKind, written: Written<'_>, keys: &KeyMaker) -> Self {
        let fields = Fields::of(written.params);
        Self {
            kind,
            is_digest: written.is_digest(),
            realm: Text::of(fields.realm.unwrap_or_default(), keys),
            nonce: keys.short(fields.nonce.unwrap_or_default()),
            algorithm: algorithm(fields.algorithm),
            qops: match fields.qop {
                Some(b"auth") => SmallVec::from_iter([Cow::Borrowed("auth")]),
                Some(_) => written.qop().take(MOST).map(lower).collect(),
                None => SmallVec::new(),
            },
            is_stale: fields
                .stale
                .is_some_and(|stale| stale.eq_ignore_ascii_case(b"true")),
        }
    }
}

impl Credential {
    /// `None` where realm or nonce is missing.
    fn read(kind: AuthKind, written: Written<'_>, uri: &[u8], keys: &KeyMaker) -> Option<Self> {
        let fields = Fields::of(written.params);
        Some(Self {
            kind,
            user: shown(fields.username.unwrap_or_default()),
            realm: Text::of(fields.realm?, keys),
            nonce: keys.short(fields.nonce?),
            algorithm: algorithm(fields.algorithm),
            qop: match fields.qop {
                Some(b"auth") => Some(Cow::Borrowed("auth")),
                Some(_) => written.qop().next().map(lower),
                None => None,
            },
            other_uri: fields
                .uri
                .filter(|made_for| !names_same(made_for, uri))
                .map(shown),
            nonce_count: fields
                .nonce_count
                .and_then(|_| written.params.nonce_count()),
        })
    }
}

/// The parameters that are looked at, all found in one walk; of several with one name the first.
#[derive(Default)]
struct Fields<'a> {
    username: Option<&'a [u8]>,
    realm: Option<&'a [u8]>,
    nonce: Option<&'a [u8]>,
    algorithm: Option<&'a [u8]>,
    qop: Option<&'a [u8]>,
    uri: Option<&'a [u8]>,
    nonce_count: Option<&'a [u8]>,
    stale: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    fn of(params: AuthParams<'a>) -> Self {
        let mut fields = Self::default();
        for (name, value) in params {
            let is = |known: &[u8]| name == known || name.eq_ignore_ascii_case(known);
            // By length first: the digest, the longest value, is not among them.
            let field = match name.len() {
                2 if is(b"nc") => &mut fields.nonce_count,
                3 if is(b"qop") => &mut fields.qop,
                3 if is(b"uri") => &mut fields.uri,
                5 if is(b"realm") => &mut fields.realm,
                5 if is(b"nonce") => &mut fields.nonce,
                5 if is(b"stale") => &mut fields.stale,
                8 if is(b"username") => &mut fields.username,
                9 if is(b"algorithm") => &mut fields.algorithm,
                _ => continue,
            };
            field.get_or_insert(value.unwrap_or_default());
        }
        fields
    }
}

/// An algorithm's name as it is compared: RFC 3261 §22.4 takes MD5 where none is named.
fn algorithm(name: Option<&[u8]>) -> Cow<'static, str> {
    match name {
        None | Some(b"MD5") => Cow::Borrowed("MD5"),
        Some(name) => Cow::Owned(quote::shorten(&printable(name).to_ascii_uppercase())),
    }
}

fn lower(token: &[u8]) -> Cow<'static, str> {
    Cow::Owned(quote::shorten(&printable(token).to_ascii_lowercase()))
}

/// What may be shown of a value.
fn shown(bytes: &[u8]) -> Box<str> {
    match printable(bytes) {
        // Nearly all are short, and written in ASCII.
        Cow::Borrowed(text) if text.len() <= quote::LONGEST => text.into(),
        text => quote::shorten(&text).into(),
    }
}

/// Whether two URIs name the same user at the same host. Parameters and ports are left out of it:
/// clients leave them out of one and not of the other, and no server is known to mind.
fn names_same(one: &[u8], other: &[u8]) -> bool {
    if one == other {
        return true;
    }
    match (Uri::parse(one), Uri::parse(other)) {
        (Some(one), Some(other)) => {
            one.user == other.user && one.host.eq_ignore_ascii_case(other.host)
        }
        _ => false,
    }
}
