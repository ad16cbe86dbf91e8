//! Every typed reading of a header value.

use std::hint::black_box;

use sipwhy_parser::{
    Address, CSeq, ContactItem, Fault, HeaderName, Message, Params, Reason, Uri, Via, Warning,
    printable,
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

/// Takes a URI apart, and asks what is wrong with it.
pub fn uri(bytes: &[u8]) {
    if let Some(uri) = Uri::parse(bytes) {
        params(uri.params);
        black_box((uri.transport(), uri.maddr(), uri.has_lr(), uri.ip()));
    }
    inside(bytes, Uri::faults);
}

/// Every fault points into the value, and there are no more than its length can account for.
pub fn inside(value: &[u8], faults: fn(&[u8], &mut dyn FnMut(Fault))) {
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
