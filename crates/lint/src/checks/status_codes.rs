//! Headers that a response of a certain code must have, for its receiver to know what to do.

use sipwhy_parser::{HeaderName, Method};

use crate::Severity;
use crate::check::checks;
use crate::linter::Linter;

checks! {
    NEEDED: Error "response-header-missing",
        "a response lacks the header that says what to do",
        "RFC 3261 §21, RFC 4028 §6, RFC 6665 §4.2.1.3",
        "The client cannot do what the response asks of it, and gives up.";
}

/// What a code must come with, where it is written, and how grave it is when it does not.
struct Need {
    code: u16,
    name: HeaderName,
    severity: Severity,
    why: &'static str,
}

const fn need(code: u16, name: HeaderName, severity: Severity, why: &'static str) -> Need {
    Need {
        code,
        name,
        severity,
        why,
    }
}

const NEEDS: [Need; 13] = [
    need(
        301,
        HeaderName::Contact,
        Severity::Error,
        "where to go instead (§21.3.2)",
    ),
    need(
        302,
        HeaderName::Contact,
        Severity::Error,
        "where to go instead (§21.3.3)",
    ),
    need(
        305,
        HeaderName::Contact,
        Severity::Error,
        "which proxy to use (§21.3.4)",
    ),
    need(
        401,
        HeaderName::WwwAuthenticate,
        Severity::Error,
        "how to authenticate (§21.4.2)",
    ),
    need(
        405,
        HeaderName::Allow,
        Severity::Warning,
        "which methods are allowed (§21.4.6)",
    ),
    need(
        407,
        HeaderName::ProxyAuthenticate,
        Severity::Error,
        "how to authenticate (§21.4.8)",
    ),
    need(
        420,
        HeaderName::Unsupported,
        Severity::Warning,
        "what is not supported (§21.4.15)",
    ),
    need(
        421,
        HeaderName::Require,
        Severity::Warning,
        "what is required (§21.4.16)",
    ),
    need(
        422,
        HeaderName::MinSe,
        Severity::Error,
        "which interval is enough (RFC 4028 §6)",
    ),
    need(
        423,
        HeaderName::MinExpires,
        Severity::Error,
        "which interval is enough (§21.4.17)",
    ),
    need(
        469,
        HeaderName::RecvInfo,
        Severity::Warning,
        "which packages are taken (RFC 6086 §4.2.2)",
    ),
    need(
        489,
        HeaderName::AllowEvents,
        Severity::Warning,
        "which events are known (RFC 6665 §8.3.2)",
    ),
    need(
        494,
        HeaderName::SecurityServer,
        Severity::Warning,
        "which ways there are (RFC 3329 §2.3.1)",
    ),
];

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let Some(code) = linter.message.status() else {
        return;
    };
    for need in NEEDS.iter().filter(|need| need.code == code) {
        // A peer that asks for credentials with 401 or 407 may use either header's kin.
        if !linter.has(need.name) {
            let says = format!("a {code} has to say in {} {}", need.name, need.why);
            linter.find_as(&NEEDED, need.severity, linter.start_line(), says);
        }
    }
    let is_subscribed = (200..300).contains(&code)
        && matches!(linter.method(), Some(Method::Subscribe | Method::Publish));
    if is_subscribed && !linter.has(HeaderName::Expires) {
        let says =
            format!("a {code} has to say in Expires how long it is granted (RFC 6665 §4.2.1.1)");
        linter.find_as(&NEEDED, Severity::Warning, linter.start_line(), says);
    }
}
