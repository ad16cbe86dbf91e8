//! Header names, long and short.

use crate::people::Profile;

/// Header names in the long or the one-letter form.
#[derive(Debug)]
pub struct Names {
    /// Via.
    pub via: &'static str,
    /// From.
    pub from: &'static str,
    /// To.
    pub to: &'static str,
    /// Call-ID.
    pub call_id: &'static str,
    /// Contact.
    pub contact: &'static str,
    /// Supported.
    pub supported: &'static str,
    /// Content-Type.
    pub content_type: &'static str,
    /// Content-Length.
    pub content_length: &'static str,
}

impl Names {
    /// The names as this make writes them.
    #[must_use]
    pub fn of(profile: &Profile) -> &'static Self {
        if profile.compact { &SHORT } else { &LONG }
    }
}

const LONG: Names = Names {
    via: "Via",
    from: "From",
    to: "To",
    call_id: "Call-ID",
    contact: "Contact",
    supported: "Supported",
    content_type: "Content-Type",
    content_length: "Content-Length",
};
const SHORT: Names = Names {
    via: "v",
    from: "f",
    to: "t",
    call_id: "i",
    contact: "m",
    supported: "k",
    content_type: "c",
    content_length: "l",
};
