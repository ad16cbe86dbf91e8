//! Messages in a session: the attributes of MSRP (RFC 4975 §8).

use crate::piece::Piece;

/// What an `m=message … TCP/MSRP *` stream says about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Msrp<'a> {
    /// `path`: the URIs by which the writer is reached, its own last.
    pub path: Option<Piece<'a>>,
    /// `accept-types`: media types, or `*`.
    pub accept_types: Option<Piece<'a>>,
    /// `accept-wrapped-types`: those taken inside of containers only.
    pub accept_wrapped_types: Option<Piece<'a>>,
    /// `max-size`, in bytes.
    pub max_size: Option<u64>,
}

impl<'a> Msrp<'a> {
    /// Takes note of an attribute, if it is one of MSRP.
    pub(super) fn take(&mut self, name: Piece<'a>, value: Piece<'a>) -> bool {
        let value = value.trim();
        if name.is("path") {
            self.path = Some(value);
        } else if name.is("accept-types") {
            self.accept_types = Some(value);
        } else if name.is("accept-wrapped-types") {
            self.accept_wrapped_types = Some(value);
        } else if name.is("max-size") {
            self.max_size = value.number();
        } else {
            return false;
        }
        true
    }
}
