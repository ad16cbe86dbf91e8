//! What challenges and credentials say (RFC 3261 §22), as far as rules compare it. No digest is
//! kept, and of a nonce only its hash: what is not remembered cannot be shown.

mod answering;
mod compare;
mod line;

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
    fn of(bytes: &[u8], keys: KeyMaker) -> Self {
        Self {
            hash: keys.short(bytes),
            shown: quote::shorten(&printable(bytes)).into(),
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
    pub(crate) algorithm: Box<str>,
    /// In lower case; empty where none is offered.
    qops: SmallVec<[Box<str>; 2]>,
    pub(crate) is_stale: bool,
}

/// The credentials for one realm.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) kind: AuthKind,
    pub(crate) user: Box<str>,
    pub(crate) realm: Text,
    nonce: u64,
    algorithm: Box<str>,
    qop: Option<Box<str>>,
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
        keys: KeyMaker,
    ) -> (SmallVec<[Credential; 1]>, u64) {
        let read = |kind: AuthKind| {
            message
                .credentials(kind.credentials_header())
                .filter(|auth| auth.is_digest())
                .filter_map(move |auth| {
                    let made_for = auth.uri();
                    Some(Credential {
                        kind,
                        user: quote::shorten(&printable(auth.username().unwrap_or_default()))
                            .into(),
                        realm: Text::of(auth.realm()?, keys),
                        nonce: keys.short(auth.nonce()?),
                        algorithm: algorithm(auth.params.get("algorithm")),
                        qop: auth.qop().next().map(lower),
                        other_uri: made_for
                            .filter(|made_for| !names_same(made_for, uri))
                            .map(|made_for| quote::shorten(&printable(made_for)).into()),
                        nonce_count: auth.nonce_count(),
                    })
                })
        };
        cut(AuthKind::BOTH.into_iter().flat_map(read))
    }

    /// The challenges of a response, and how many were left out because there were too many.
    pub(crate) fn read_challenges(
        message: &Message<'_, '_>,
        keys: KeyMaker,
    ) -> (SmallVec<[Challenge; 1]>, u64) {
        let read = |kind: AuthKind| {
            message
                .challenges(kind.challenge_header())
                .map(move |auth| Challenge {
                    kind,
                    is_digest: auth.is_digest(),
                    realm: Text::of(auth.realm().unwrap_or_default(), keys),
                    nonce: keys.short(auth.nonce().unwrap_or_default()),
                    algorithm: algorithm(auth.params.get("algorithm")),
                    qops: auth.qop().take(MOST).map(lower).collect(),
                    is_stale: auth.is_stale(),
                })
        };
        cut(AuthKind::BOTH.into_iter().flat_map(read))
    }
}

/// As many as are kept of one message, and how many more there are.
fn cut<T>(mut all: impl Iterator<Item = T>) -> (SmallVec<[T; 1]>, u64) {
    let kept = all.by_ref().take(MOST).collect();
    (kept, all.count() as u64)
}

/// An algorithm's name as it is compared: RFC 3261 §22.4 takes MD5 where none is named.
fn algorithm(name: Option<&[u8]>) -> Box<str> {
    let name = name.unwrap_or(b"MD5");
    quote::shorten(&printable(name).to_ascii_uppercase()).into()
}

fn lower(token: &[u8]) -> Box<str> {
    quote::shorten(&printable(token).to_ascii_lowercase()).into()
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
