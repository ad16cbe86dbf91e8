//! The kinds of documents: media type, outermost element, name, and what people ask of them.

use super::Wanted;

const fn text(element: &'static str, label: &'static str) -> Wanted {
    Wanted {
        element,
        attribute: None,
        label,
    }
}

const fn attribute(element: &'static str, name: &'static str, label: &'static str) -> Wanted {
    Wanted {
        element,
        attribute: Some(name),
        label,
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])+ $kind:ident {
        name: $name:literal, root: $root:literal, subtypes: [$($subtype:literal),*], wanted: [$($wanted:expr),* $(,)?]
    })+) => {
        /// What kind of document it is.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum XmlKind {
            $($(#[$doc])+ $kind,)+
            /// Any other.
            Other,
        }

        impl XmlKind {
            /// The kind whose media type has this subtype.
            pub(crate) fn of_subtype(subtype: &[u8]) -> Option<Self> {
                $($(if subtype.eq_ignore_ascii_case($subtype) {
                    return Some(Self::$kind);
                })*)+
                None
            }

            /// The kind whose outermost element has this name.
            pub(crate) fn of_root(root: &str) -> Self {
                match root {
                    $($root => Self::$kind,)+
                    _ => Self::Other,
                }
            }

            /// Its name for people.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ Self::Other => "XML" }
            }

            pub(crate) const fn wanted(self) -> &'static [Wanted] {
                match self { $(Self::$kind => const { &[$($wanted),*] },)+ Self::Other => &[] }
            }
        }
    };
}

kinds! {
    /// Who is registered, and how that came (RFC 3680).
    RegInfo {
        name: "registration state", root: "reginfo", subtypes: [b"reginfo+xml"],
        wanted: [
            attribute("registration", "aor", "address of record"),
            attribute("registration", "state", "state"),
            attribute("contact", "state", "contact state"),
            attribute("contact", "event", "contact event"),
            text("uri", "contact"),
        ]
    }
    /// Presence (RFC 3863), also with a location (PIDF-LO, RFC 4119).
    Pidf {
        name: "presence", root: "presence",
        subtypes: [b"pidf+xml", b"xpidf+xml", b"cpim-pidf+xml", b"pidf-diff+xml"],
        wanted: [
            attribute("presence", "entity", "entity"),
            text("basic", "state"),
            text("note", "note"),
            text("contact", "contact"),
            text("pos", "position"),
            text("country", "country"),
            text("A1", "state or province"),
            text("A3", "city"),
            text("method", "located by"),
        ]
    }
    /// The dialogs of a user (RFC 4235): the lamps of busy lamp fields.
    DialogInfo {
        name: "dialog state", root: "dialog-info", subtypes: [b"dialog-info+xml"],
        wanted: [
            attribute("dialog-info", "entity", "entity"),
            attribute("dialog-info", "version", "version"),
            attribute("dialog", "call-id", "Call-ID"),
            attribute("dialog", "direction", "direction"),
            attribute("state", "event", "event"),
            attribute("state", "code", "code"),
            text("state", "state"),
            text("identity", "identity"),
        ]
    }
    /// A list of addresses (RFC 4826).
    ResourceLists {
        name: "resource lists", root: "resource-lists",
        subtypes: [b"resource-lists+xml", b"resource-lists-diff+xml"],
        wanted: [attribute("list", "name", "list"), attribute("entry", "uri", "entry")]
    }
    /// What the parts of a notification about a list are (RFC 4662).
    Rlmi {
        name: "resource list meta-information", root: "list", subtypes: [b"rlmi+xml"],
        wanted: [
            attribute("list", "uri", "list"),
            attribute("list", "fullState", "full state"),
            attribute("resource", "uri", "resource"),
            attribute("instance", "state", "state"),
            attribute("instance", "reason", "reason"),
        ]
    }
    /// Who watches whom (RFC 3858).
    WatcherInfo {
        name: "watchers", root: "watcherinfo", subtypes: [b"watcherinfo+xml"],
        wanted: [
            attribute("watcher-list", "resource", "resource"),
            attribute("watcher-list", "package", "package"),
            attribute("watcher", "status", "state"),
            attribute("watcher", "event", "event"),
            text("watcher", "watcher"),
        ]
    }
    /// Who is in a conference (RFC 4575).
    ConferenceInfo {
        name: "conference state", root: "conference-info", subtypes: [b"conference-info+xml"],
        wanted: [
            attribute("conference-info", "entity", "entity"),
            attribute("conference-info", "state", "document"),
            text("user-count", "users"),
            attribute("user", "entity", "user"),
            attribute("user", "state", "user state"),
            text("status", "state"),
            text("disconnection-method", "left by"),
        ]
    }
    /// Whether a message arrived or was read (RFC 5438).
    Imdn {
        name: "message disposition", root: "imdn", subtypes: [b"imdn+xml"],
        wanted: [text("message-id", "message"), text("recipient-uri", "recipient")]
    }
    /// Whether somebody is writing (RFC 3994).
    IsComposing {
        name: "composing", root: "isComposing", subtypes: [b"im-iscomposing+xml"],
        wanted: [text("state", "state"), text("contenttype", "type")]
    }
    /// A picture is asked for (RFC 5168).
    MediaControl {
        name: "media control", root: "media_control", subtypes: [b"media_control+xml"],
        wanted: [text("general_error", "error")]
    }
    /// Who is in a recorded call (RFC 7865).
    Recording {
        name: "recording metadata", root: "recording", subtypes: [b"rs-metadata+xml"],
        wanted: [attribute("nameID", "aor", "participant"), text("label", "stream")]
    }
    /// What to do about a call, by the network (3GPP TS 24.229 §7.6).
    Ims {
        name: "IMS instruction", root: "ims-3gpp", subtypes: [b"3gpp-ims+xml"],
        wanted: [text("type", "type"), text("reason", "reason"), text("action", "action")]
    }
    /// A USSD string (3GPP TS 24.390).
    Ussd {
        name: "USSD", root: "ussd-data", subtypes: [b"vnd.3gpp.ussd+xml"],
        wanted: [text("ussd-string", "string"), text("error-code", "error")]
    }
    /// A part of an XML document that changed (RFC 5874).
    XcapDiff {
        name: "XCAP changes", root: "xcap-diff", subtypes: [b"xcap-diff+xml"],
        wanted: [attribute("document", "sel", "document")]
    }
}
