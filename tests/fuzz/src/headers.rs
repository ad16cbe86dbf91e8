//! Every typed reading of a header value.

use std::hint::black_box;

use sipwhy_parser::headers::{
    AccessNetwork, Auth, Challenges, ChargingVector, Date, DialogRef, Diversion, EarlyMedia, Event,
    HistoryEntry, Identity, MediaType, MimeVersion, Parameterized, RAck, RemotePartyId,
    ResourcePriority, RetryAfter, SecurityMechanism, SessionExpires, SessionId, SubscriptionState,
    Timestamp, UriItem, UserToUser, call_id_parts, privacy_values, tokens, value_faults,
};
use sipwhy_parser::{
    Address, CSeq, ContactItem, Fault, HeaderName, Message, Params, Reason, Uri, Via, Warning,
    printable, unescaped,
};

/// Asks a message everything that it can be asked.
pub fn walk(message: Message<'_, '_>) {
    black_box((message.start_line(), message.anomalies()));
    black_box((message.cseq(), message.call_id(), message.content_length()));
    black_box((message.top_via(), message.from(), message.to()));
    black_box((message.max_forwards(), message.retry_after_secs()));
    black_box(message.contacts().count() + message.vias().count());
    black_box(message.reasons().count() + message.warnings().count());
    for header in message.headers() {
        black_box((header.unfolded().len(), header.is_malformed()));
        black_box(printable(header.value).len());
        if message.bytes().len() < 4096 {
            black_box(message.values(header.name).count());
            black_box(message.addresses(header.name).count());
        }
        value(header.name, header.value);
    }
    if let Some(uri) = message.request_uri() {
        self::uri(uri);
    }
}

/// Reads the value as every type that a header of any name has, and as its own name has it.
pub fn value(name: HeaderName, value: &[u8]) {
    black_box((name.as_str(), CSeq::parse(value)));
    black_box((Reason::parse(value), Warning::parse(value)));
    if let Some(via) = Via::parse(value) {
        params(via.params);
        black_box((via.branch(), via.received_ip(), via.rport(), via.ip()));
    }
    for address in [Address::parse(value), ContactItem::parse(value).address()]
        .into_iter()
        .flatten()
    {
        params(address.params);
        black_box((address.tag(), address.q(), address.expires_secs()));
        uri(address.uri);
    }
    typed(value);
    inside(value, |value, report| value_faults(name, value, report));
    let readings: [fn(&[u8], &mut dyn FnMut(Fault)); 4] = [
        Via::faults,
        Address::faults,
        Address::list_faults,
        ContactItem::faults,
    ];
    for faults in readings {
        inside(value, faults);
    }
}

/// Reads the value as every type that is not every message's.
fn typed(value: &[u8]) {
    for auth in Auth::parse(value).into_iter().chain(Challenges::new(value)) {
        black_box((
            auth.realm(),
            auth.nonce(),
            auth.algorithm(),
            auth.is_stale(),
        ));
        black_box((
            auth.username(),
            auth.uri(),
            auth.response(),
            auth.qop().count(),
        ));
        black_box((auth.nonce_count(), auth.has_hashed_user(), auth.is_bearer()));
    }
    black_box((
        Date::parse(value),
        RAck::parse(value),
        Timestamp::parse(value),
    ));
    if let Some(date) = Date::parse(value) {
        black_box((date.unix_seconds(), date.is_weekday_right()));
    }
    black_box((RetryAfter::parse(value), SessionExpires::parse(value)));
    if let Some(dialog) = DialogRef::parse(value) {
        black_box((dialog.to_tag(), dialog.from_tag(), dialog.is_early_only()));
    }
    black_box((Event::parse(value), call_id_parts(value)));
    if let Some(state) = SubscriptionState::parse(value) {
        black_box((state.reason(), state.expires(), state.retry_after()));
    }
    if let Some(entry) = HistoryEntry::parse(value) {
        black_box((
            entry.index(),
            entry.depth(),
            entry.retarget(),
            entry.cause(),
        ));
        black_box((entry.escaped_reason(), entry.escaped_privacy()));
    }
    if let Some(diversion) = Diversion::parse(value) {
        black_box((diversion.reason(), diversion.count(), diversion.privacy()));
    }
    if let Some(party) = RemotePartyId::parse(value) {
        black_box((party.party(), party.is_screened()));
    }
    for identity in Identity::list(value) {
        black_box((identity.is_compact(), identity.parts(), identity.info()));
        black_box((identity.alg(), identity.ppt()));
    }
    if let Some(media) = MediaType::parse(value) {
        black_box((media.boundary(), media.is("application", "sdp")));
    }
    black_box((MimeVersion::parse(value), Parameterized::parse(value)));
    black_box((SessionId::parse(value), ResourcePriority::parse(value)));
    black_box(tokens(value).count() + privacy_values(value).count());
    black_box(UriItem::list(value).count() + UserToUser::list(value).count());
    black_box(SecurityMechanism::list(value).count() + AccessNetwork::list(value).count());
    black_box((
        ChargingVector::parse(value),
        EarlyMedia::list(value).count(),
    ));
}

/// Takes a URI apart, and asks what is wrong with it.
pub fn uri(bytes: &[u8]) {
    if let Some(uri) = Uri::parse(bytes) {
        params(uri.params);
        black_box((uri.transport(), uri.maddr(), uri.has_lr(), uri.ip()));
        black_box((uri.user_name(), uri.method(), uri.ttl(), uri.urn()));
        params(uri.user_params());
        for (name, value) in uri.header_fields() {
            black_box(unescaped(name).count() + unescaped(value).count());
        }
        if let Some(number) = uri.phone_number() {
            black_box((number.is_global(), number.digits().count()));
            black_box((number.context(), number.extension(), number.subaddress()));
        }
    }
    inside(bytes, Uri::faults);
}

/// Every fault points into the value, and there are no more than its length can account for.
pub fn inside(value: &[u8], faults: impl Fn(&[u8], &mut dyn FnMut(Fault))) {
    let mut count = 0;
    faults(value, &mut |fault| {
        assert!(fault.span.start <= fault.span.end && fault.span.end <= value.len());
        count += 1;
    });
    assert!(count <= 4 * value.len() + 4, "{count} faults");
}

fn params(params: Params<'_>) {
    for (name, value) in params {
        let name = String::from_utf8_lossy(name);
        assert!(value.is_none() || params.contains(&name) || name.contains('\u{fffd}'));
    }
}
