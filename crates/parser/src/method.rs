//! Request methods.

use std::fmt;

use crate::printable::printable;

macro_rules! methods {
    ($($name:ident $bytes:literal $doc:literal,)+) => {
        /// A request method (RFC 3261 §7.1). Method names are case-sensitive: `invite` is
        /// [`Method::Other`].
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Method<'a> {
            $(#[doc = $doc] $name,)+
            /// Any other name, as it stands in the message.
            Other(&'a [u8]),
        }

        impl<'a> Method<'a> {
            /// The method of this name.
            pub fn from_bytes(name: &'a [u8]) -> Self {
                match name {
                    $($bytes => Self::$name,)+
                    _ => Self::Other(name),
                }
            }

            /// The name as it stands on the wire.
            pub const fn as_bytes(self) -> &'a [u8] {
                match self {
                    $(Self::$name => $bytes,)+
                    Self::Other(name) => name,
                }
            }
        }
    };
}

methods! {
    Invite b"INVITE" "`INVITE`, RFC 3261.",
    Ack b"ACK" "`ACK`, RFC 3261.",
    Bye b"BYE" "`BYE`, RFC 3261.",
    Cancel b"CANCEL" "`CANCEL`, RFC 3261.",
    Options b"OPTIONS" "`OPTIONS`, RFC 3261.",
    Register b"REGISTER" "`REGISTER`, RFC 3261.",
    Prack b"PRACK" "`PRACK`, RFC 3262.",
    Subscribe b"SUBSCRIBE" "`SUBSCRIBE`, RFC 6665.",
    Notify b"NOTIFY" "`NOTIFY`, RFC 6665.",
    Publish b"PUBLISH" "`PUBLISH`, RFC 3903.",
    Info b"INFO" "`INFO`, RFC 6086.",
    Refer b"REFER" "`REFER`, RFC 3515.",
    Message b"MESSAGE" "`MESSAGE`, RFC 3428.",
    Update b"UPDATE" "`UPDATE`, RFC 3311.",
}

impl Method<'_> {
    /// Whether the name is one of those listed here.
    pub const fn is_known(self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&printable(self.as_bytes()))
    }
}
