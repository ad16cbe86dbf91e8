//! A request's method, kept after the message is gone.

use std::fmt;

use sipwhy_parser::Method;

/// The method of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MethodName {
    /// INVITE, by far the most looked at.
    Invite,
    /// A method of RFC 3261 or of an extension known by name.
    Known(Method<'static>),
    /// Any other token, as sent.
    Other(Box<[u8]>),
}

impl From<Method<'_>> for MethodName {
    fn from(method: Method<'_>) -> Self {
        match method {
            Method::Invite => Self::Invite,
            Method::Other(name) => Self::Other(name.into()),
            Method::Ack => Self::Known(Method::Ack),
            Method::Bye => Self::Known(Method::Bye),
            Method::Cancel => Self::Known(Method::Cancel),
            Method::Options => Self::Known(Method::Options),
            Method::Register => Self::Known(Method::Register),
            Method::Prack => Self::Known(Method::Prack),
            Method::Subscribe => Self::Known(Method::Subscribe),
            Method::Notify => Self::Known(Method::Notify),
            Method::Publish => Self::Known(Method::Publish),
            Method::Info => Self::Known(Method::Info),
            Method::Refer => Self::Known(Method::Refer),
            Method::Message => Self::Known(Method::Message),
            Method::Update => Self::Known(Method::Update),
        }
    }
}

impl fmt::Display for MethodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name: &[u8] = match self {
            Self::Invite => b"INVITE",
            Self::Known(method) => method.as_bytes(),
            Self::Other(name) => name,
        };
        f.write_str(&sipwhy_parser::printable(name))
    }
}
