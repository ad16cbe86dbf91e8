//! Transfers: what a REFER asked for, and what NOTIFYs told of it since (RFC 3515).

use std::time::Duration;

use sipwhy_content::Content;
use sipwhy_packet::Flow;
use sipwhy_parser::headers::SubscriptionStatus;
use sipwhy_parser::{HeaderName, Message, Scheme, Uri, printable};

use crate::annotation::{Evidence, QuotedLine};
use crate::call::Call;
use crate::moment::Moment;
use crate::quote;
use crate::transaction::Transaction;
use crate::world::World;

/// What a REFER asked for.
#[derive(Debug)]
pub struct Transfer {
    /// Its Refer-To line.
    pub(crate) asked: QuotedLine,
    /// Whom to call, printable.
    pub(crate) target: Box<str>,
    /// Whether the new call is to take the place of another (RFC 3891): the one who asked has
    /// spoken with the target before.
    pub(crate) replaces: bool,
    /// Whether whoever asked wants to be told what becomes of it (RFC 4488, RFC 7614).
    pub(crate) wants_reports: bool,
    /// Stands for the tag of whoever asked.
    pub(crate) tag: u64,
    /// How long the REFER is remembered after it was accepted, and after each report.
    pub(crate) kept_for: Duration,
    /// The newest report.
    pub(crate) newest: Option<Report>,
}

/// What a NOTIFY tells of a transfer (RFC 3515 §2.4.5).
#[derive(Clone, Debug)]
pub struct Report {
    pub(crate) at: Moment,
    pub(crate) flow: Flow,
    /// The status that its body begins with; `None` where there is none to be read.
    pub(crate) code: Option<u16>,
    /// Whether it ends the subscription: no other follows.
    pub(crate) is_last: bool,
    /// Whether all of it was captured.
    pub(crate) is_whole: bool,
    /// The request line, Subscription-State, and the first line of the body.
    pub(crate) lines: Vec<QuotedLine>,
}

/// How far a transfer has come by a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It goes on, or nobody can tell.
    Pending,
    /// The new call was answered.
    Succeeded,
    /// It came to nothing, with this status.
    Failed(u16),
    /// Nothing more will be told, and no end was.
    Untold,
}

impl Transfer {
    /// What a REFER asks for, if that is a call: a REFER may ask for any request (RFC 3515 §2.1),
    /// and some phones take orders by it.
    pub(crate) fn asked_by(
        message: &Message<'_, '_>,
        tag: u64,
        kept_for: Duration,
    ) -> Option<Self> {
        let asked = message.header(HeaderName::ReferTo)?;
        let target = message.address(HeaderName::ReferTo)?;
        let uri = Uri::parse(target.uri)?;
        let is_number = matches!(uri.scheme, Scheme::Sip | Scheme::Sips | Scheme::Tel);
        let method = uri.params.get("method");
        if !is_number || method.is_some_and(|method| !method.eq_ignore_ascii_case(b"INVITE")) {
            return None;
        }
        let declines = message.tokens(HeaderName::Require).any(|tag| {
            tag.eq_ignore_ascii_case(b"nosub") || tag.eq_ignore_ascii_case(b"explicitsub")
        });
        let place = target.uri.split(|&byte| byte == b'?').next();
        let mut headers = uri.headers.split(|&byte| byte == b'&');
        Some(Self {
            asked: quote::header(message, &asked, ""),
            target: quote::shorten(&printable(place.unwrap_or_default())).into(),
            replaces: headers.any(|header| {
                let name = header.split(|&byte| byte == b'=').next();
                name.is_some_and(|name| name.eq_ignore_ascii_case(b"Replaces"))
            }),
            wants_reports: !declines && !is_declined(message),
            tag,
            kept_for,
            newest: None,
        })
    }
}

/// Whether a REFER, or the answer to it, says that nothing will be told (RFC 4488 §4).
pub(crate) fn is_declined(message: &Message<'_, '_>) -> bool {
    message
        .value(HeaderName::ReferSub)
        .and_then(|value| value.split(|&byte| byte == b';').next())
        .is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"false"))
}

impl Report {
    /// What a NOTIFY about a REFER tells.
    pub(crate) fn read(message: &Message<'_, '_>, at: Moment, flow: Flow) -> Self {
        let state = message.subscription_state();
        let content_type = message.value(HeaderName::ContentType);
        let fragment = match Content::of(content_type, message.body()) {
            Content::SipFrag(fragment) => Some(fragment),
            _ => None,
        };
        let status = fragment.and_then(|fragment| fragment.status());
        let state_line = message.header(HeaderName::SubscriptionState);
        let mut lines = vec![quote::plain(message.start_line_bytes())];
        lines.extend(state_line.map(|header| quote::header(message, &header, "")));
        lines.extend(fragment.and_then(|it| it.start_line).map(|line| {
            let mut line = quote::plain(&line);
            line.mark = Some((0..line.text.len(), "what became of it".to_owned()));
            line
        }));
        Self {
            at,
            flow,
            code: status.map(|(code, _)| code),
            is_last: state.is_some_and(|it| it.status == SubscriptionStatus::Terminated),
            is_whole: message.is_complete(),
            lines,
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self.code {
            Some(200..=299) => Outcome::Succeeded,
            // The new call is tried again, elsewhere or with credentials.
            Some(code @ (300..=399 | 401 | 407)) if self.is_last => Outcome::Failed(code),
            Some(300..=399 | 401 | 407) => Outcome::Pending,
            Some(code @ 400..) => Outcome::Failed(code),
            _ if self.is_last && self.is_whole => Outcome::Untold,
            _ => Outcome::Pending,
        }
    }

    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            frame: self.at.frame(),
            time: self.at.time,
            flow: Some(self.flow),
            quote: self.lines.clone(),
        }
    }
}

/// The call that whoever received a REFER made because of it, with its newest INVITE, where both
/// are in view.
pub(crate) fn carried_out<'w>(
    world: &'w World,
    refer: &Transaction,
) -> Option<(&'w Call, &'w Transaction)> {
    let first = world.call(refer.call)?.leg.as_deref()?.first;
    let asked = world.last_hop(refer, |next| next.method == refer.method);
    let group = &world.call(first)?.leg.as_deref()?.all;
    let found = group
        .iter()
        .filter(|id| **id != refer.call)
        .filter_map(|id| {
            let invites = world.of_call(*id).map(|(_, it)| it).filter(|it| {
                it.is_invite()
                    && !it.in_dialog
                    && it.client() == asked.server()
                    && it.began().time >= refer.began().time
            });
            let newest = invites.max_by_key(|it| it.began().time)?;
            Some((world.call(*id)?, newest))
        });
    found.max_by_key(|(_, invite)| invite.began().time)
}

/// When the call within which a REFER was sent ended since: whoever hangs up may have no more ear
/// for what becomes of the transfer.
pub(crate) fn released(world: &World, refer: &Transaction) -> Option<Moment> {
    let call = world.call(refer.call)?;
    let ends = call.dialogs.iter().filter_map(|dialog| dialog.ended);
    ends.chain(call.answered_unseen)
        .find(|at| at.time >= refer.began().time)
}
