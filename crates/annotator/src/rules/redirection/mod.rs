//! What the rules about 305 and those about the other redirections have in common.

pub(super) mod abandoned;
pub(super) mod ignored;

use crate::annotation::Severity;
use crate::redirect::Redirect;

/// The redirections that one set of rules tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// 305: the same request, through a proxy.
    UseProxy,
    /// All others: the request goes to another place.
    Elsewhere,
}

impl Family {
    /// Whether a redirection belongs to it.
    pub(super) const fn covers(self, code: u16) -> bool {
        matches!(self, Self::UseProxy) == (code == 305)
    }

    /// Whether it belongs to it and asks for a retry. A 3xx with an Identity is how a signing
    /// service gives its signature (RFC 8224 leaves the transport open): its client goes on with
    /// the call as it was about to.
    pub(super) const fn tells_of_conduct(self, redirect: &Redirect) -> bool {
        let is_signature = redirect.has_identity && matches!(self, Self::Elsewhere);
        self.covers(redirect.code) && !is_signature
    }

    /// What the Contact is: `the proxy`.
    const fn place(self) -> &'static str {
        match self {
            Self::UseProxy => "the proxy",
            Self::Elsewhere => "the place",
        }
    }

    /// How a request gets to the Contact.
    const fn way(self) -> &'static str {
        match self {
            Self::UseProxy => "through",
            Self::Elsewhere => "to",
        }
    }

    /// How a request gets to what the Contact is.
    const fn right_way(self) -> &'static str {
        match self {
            Self::UseProxy => "through the proxy",
            Self::Elsewhere => "to the place",
        }
    }

    /// How bad it is to go elsewhere. Nobody has to follow any redirection but a 305, without
    /// which the far end cannot be reached at all.
    const fn severity(self) -> Severity {
        match self {
            Self::UseProxy => Severity::Error,
            Self::Elsewhere => Severity::Warning,
        }
    }

    /// What the redirection says.
    const fn demand(self) -> &'static str {
        match self {
            Self::UseProxy => "the resource can be reached only through the proxy in its Contact",
            Self::Elsewhere => "the user is to be found at its Contact",
        }
    }

    /// What to write beneath the Contact.
    const fn label(self) -> &'static str {
        match self {
            Self::UseProxy => "every retry must go through this proxy",
            Self::Elsewhere => "the retry should have gone here",
        }
    }

    /// What makes the client go to the Contact.
    fn obedience(self, client: &str, server: &str, targets: &str) -> Vec<String> {
        match self {
            Self::UseProxy => vec![
                format!(
                    "on {client}, set {targets} as outbound proxy, or let it follow 3xx responses \
                     for this account"
                ),
                format!(
                    "or on {server}, if clients cannot follow a 305, let it proxy the request \
                     itself"
                ),
            ],
            Self::Elsewhere => vec![
                format!("on {client}, put the Contact ({targets}) into the Request-URI of a retry"),
                format!(
                    "or let {server} pass the request on itself, where clients cannot follow \
                     redirections"
                ),
            ],
        }
    }
}
