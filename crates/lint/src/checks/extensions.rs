//! Option tags in Require and Proxy-Require.

use sipwhy_parser::HeaderName;

use crate::check::checks;
use crate::linter::{Linter, quote};

checks! {
    UNKNOWN: Warning "option-tag-unknown",
        "an extension is required that nobody has registered",
        "RFC 3261 §8.2.2.3, §16.3 step 5",
        "Servers and proxies that do not know it answer 420 Bad Extension.";
}

/// The option tags in IANA's registry of SIP parameters.
const KNOWN: [&str; 36] = [
    "100rel",
    "199",
    "answermode",
    "early-session",
    "eventlist",
    "explicitsub",
    "from-change",
    "geolocation-http",
    "geolocation-sip",
    "gin",
    "gruu",
    "histinfo",
    "ice",
    "join",
    "multiple-refer",
    "norefersub",
    "nosub",
    "outbound",
    "path",
    "policy",
    "precondition",
    "pref",
    "privacy",
    "recipient-list-invite",
    "recipient-list-message",
    "recipient-list-subscribe",
    "record-aware",
    "replaces",
    "resource-priority",
    "sdp-anat",
    "sec-agree",
    "siprec",
    "tdialog",
    "timer",
    "trickle-ice",
    "uui",
];

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    for name in [HeaderName::Require, HeaderName::ProxyRequire] {
        for tag in linter.message.values(name) {
            let is_known = KNOWN
                .iter()
                .any(|it| tag.eq_ignore_ascii_case(it.as_bytes()));
            if !is_known {
                let says = format!("{name} asks for {}, which is not registered", quote(tag));
                linter.find(&UNKNOWN, linter.span_of(tag), says);
            }
        }
    }
}
