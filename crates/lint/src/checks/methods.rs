//! What single methods must and must not carry: CANCEL, ACK, and responses to them.

use sipwhy_parser::{HeaderName, Method};

use crate::check::checks;
use crate::linter::{Linter, line_of, value_of};

checks! {
    CANCEL_REQUIRE: Error "cancel-with-require",
        "a CANCEL with Require or Proxy-Require",
        "RFC 3261 §9.1",
        "A CANCEL cannot be sent again with less, so it must not ask for extensions. Servers that \
         answer 420 leave the call ringing.";
    CANCEL_VIAS: Warning "cancel-with-vias",
        "a CANCEL with more than one Via",
        "RFC 3261 §9.1",
        "Each hop makes a CANCEL of its own with a single Via. One that was passed on is answered \
         along the wrong way, or with 481.";
    ACK_ANSWERED: Error "ack-answered",
        "a response to an ACK",
        "RFC 3261 §17.1.1.1, §13.2.2.4",
        "ACK is never answered. Receivers drop such a response.";
}

pub(super) fn look(linter: &mut Linter<'_, '_>) {
    let message = linter.message;
    if message.method() == Some(Method::Cancel) {
        for name in [HeaderName::Require, HeaderName::ProxyRequire] {
            if let Some(header) = linter.header(name) {
                let says = format!("a CANCEL must not have {name}");
                linter.find(&CANCEL_REQUIRE, line_of(&header), says);
            }
        }
        if message.vias().count() > 1
            && let Some(second) = message.vias().nth(1)
        {
            let span = linter.span_of(second.sent_by);
            linter.find(&CANCEL_VIAS, span, "this CANCEL came through another hop");
        }
    }
    if message.status().is_some()
        && message
            .cseq()
            .is_some_and(|cseq| cseq.method == Method::Ack)
        && let Some(header) = linter.header(HeaderName::CSeq)
    {
        let says = "CSeq says that this is the response to an ACK";
        linter.find(&ACK_ANSWERED, value_of(&header), says);
    }
}
