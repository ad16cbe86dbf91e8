//! Header values decoded, on the examples of the RFCs that define them.

use sipwhy_parser::headers::{
    AccessNetwork, ChargingVector, Date, DialogRef, Diversion, EarlyMedia, Event, HistoryEntry,
    Identity, MediaType, MimeVersion, RAck, Refresher, RemotePartyId, ResourcePriority, Retarget,
    RetryAfter, SecurityMechanism, SessionExpires, SessionId, SubscriptionState,
    SubscriptionStatus, Timestamp, UriItem, UserToUser, call_id_parts, privacy_values,
};
use sipwhy_parser::{HeaderName, Method, Scanner};

#[test]
fn a_date_and_its_weekday() {
    let date = Date::parse(b"Sat, 13 Nov 2010 23:29:00 GMT").unwrap();
    assert_eq!((date.year, date.month, date.day), (2010, 11, 13));
    assert_eq!((date.hour, date.minute, date.second), (23, 29, 0));
    assert!(date.is_weekday_right());
    assert_eq!(date.unix_seconds(), 1_289_690_940);
    let epoch = Date::parse(b"thu, 01 jan 1970 00:00:00 gmt").unwrap();
    assert!(epoch.is_weekday_right());
    assert_eq!(epoch.unix_seconds(), 0);
    let leap = Date::parse(b"Thu,\r\n 29 Feb 2024 12:00:60 GMT").unwrap();
    assert!(leap.is_weekday_right());
    assert!(
        !Date::parse(b"Fri, 13 Nov 2010 23:29:00 GMT")
            .unwrap()
            .is_weekday_right()
    );
    for year in ["0001", "1900", "9999"] {
        // Whatever the year, one of the seven names is right.
        let right = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
            .iter()
            .filter(|day| {
                let text = format!("{day}, 01 Mar {year} 00:00:00 GMT");
                Date::parse(text.as_bytes()).unwrap().is_weekday_right()
            })
            .count();
        assert_eq!(right, 1, "{year}");
    }
    for broken in [
        "",
        "Sat, 13 Nov 2010 23:29:00",
        "Sat, 13 Nov 2010 23:29:00 EST",
        "Sat, 13 Nov 2010 24:00:00 GMT",
        "Thu, 29 Feb 1900 12:00:00 GMT",
        "Sat, 3 Nov 2010 23:29:00 GMT",
        "Saturday, 13-Nov-10 23:29:00 GMT",
        "Sat Nov 13 23:29:00 2010",
        "Sat, 13 Nov 2010 23:29 GMT",
        "Sat, 13 Nov 2010 23:29:00 GMT now",
        "Sat, 00 Nov 2010 23:29:00 GMT",
    ] {
        assert_eq!(Date::parse(broken.as_bytes()), None, "{broken}");
    }
}

#[test]
fn numbers_with_something_behind_them() {
    let expires = SessionExpires::parse(b"1800 ; refresher=UAS;x=y").unwrap();
    assert_eq!(expires.seconds, 1800);
    assert_eq!(expires.refresher, Some(Refresher::Uas));
    assert_eq!(
        SessionExpires::parse(b"90;refresher=both")
            .unwrap()
            .refresher,
        None
    );
    assert_eq!(SessionExpires::parse(b"90s"), None);
    let retry = RetryAfter::parse(b"18000 (in a (long) meeting; really);duration=3600").unwrap();
    assert_eq!((retry.seconds, retry.duration), (18000, Some(3600)));
    assert_eq!(retry.comment, Some(&b"in a (long) meeting; really"[..]));
    assert_eq!(RetryAfter::parse(b"120").unwrap().comment, None);
    for broken in ["", "soon", "5s", "5 (open", "5 (a) b", "99999999999", "-1"] {
        assert_eq!(RetryAfter::parse(broken.as_bytes()), None, "{broken}");
    }
    let stamp = Timestamp::parse(b"54.21 .5").unwrap();
    assert_eq!((stamp.time, stamp.delay), (&b"54.21"[..], Some(&b".5"[..])));
    assert_eq!(Timestamp::parse(b"54").unwrap().delay, None);
    assert_eq!(Timestamp::parse(b".5"), None);
    assert_eq!(Timestamp::parse(b"1 2 3"), None);
}

#[test]
fn what_a_prack_acknowledges() {
    let rack = RAck::parse(b"776656 1 INVITE").unwrap();
    assert_eq!((rack.response, rack.number), (776_656, 1));
    assert_eq!(rack.method, Method::Invite);
    for broken in ["", "1", "1 2", "1 INVITE", "1 2 INVITE x", "a 2 INVITE"] {
        assert_eq!(RAck::parse(broken.as_bytes()), None, "{broken}");
    }
}

#[test]
fn other_dialogs() {
    let replaces = DialogRef::parse(
        b"98732@sip.example.com\r\n ;from-tag=r33th4x0r\r\n ;to-tag=ff87ff;early-only",
    )
    .unwrap();
    assert_eq!(replaces.call_id, b"98732@sip.example.com");
    assert_eq!(replaces.to_tag(), Some(&b"ff87ff"[..]));
    assert_eq!(replaces.from_tag(), Some(&b"r33th4x0r"[..]));
    assert!(replaces.is_early_only());
    let target =
        DialogRef::parse(b"fa77as7dad8-sd98ajzz@host.example.com;local-tag=kkaz-;remote-tag=6544")
            .unwrap();
    assert_eq!(target.to_tag(), Some(&b"kkaz-"[..]));
    assert_eq!(target.from_tag(), Some(&b"6544"[..]));
    assert_eq!(DialogRef::parse(b";to-tag=1"), None);
    assert_eq!(call_id_parts(b"a@b"), (&b"a"[..], Some(&b"b"[..])));
    assert_eq!(call_id_parts(b"abc"), (&b"abc"[..], None));
}

#[test]
fn events_and_subscriptions() {
    let event = Event::parse(b"presence.winfo.winfo;id=q2").unwrap();
    assert_eq!(event.package, b"presence");
    assert_eq!(event.template, Some(&b"winfo.winfo"[..]));
    assert_eq!(event.id(), Some(&b"q2"[..]));
    assert_eq!(Event::parse(b"refer").unwrap().template, None);
    let state = SubscriptionState::parse(b"Terminated;reason=noresource;retry-after=5").unwrap();
    assert_eq!(state.status, SubscriptionStatus::Terminated);
    assert_eq!(state.reason(), Some(&b"noresource"[..]));
    assert_eq!((state.retry_after(), state.expires()), (Some(5), None));
    let other = SubscriptionState::parse(b"waiting;expires=x").unwrap();
    assert_eq!(other.status, SubscriptionStatus::Other(b"waiting"));
    assert_eq!(other.expires(), None);
}

#[test]
fn media_types() {
    let media = MediaType::parse(b"Multipart / Mixed; boundary=\"a;b\\\"c\"").unwrap();
    assert!(media.is("multipart", "mixed"));
    assert_eq!(media.boundary(), Some(&b"a;b\\\"c"[..]));
    assert_eq!(MediaType::parse(b"application"), None);
    assert_eq!(MediaType::parse(b"application/"), None);
    assert_eq!(MediaType::parse(b"a/b/c"), None);
    let version = MimeVersion::parse(b"1.0").unwrap();
    assert_eq!((version.major, version.minor), (1, 0));
    assert_eq!(MimeVersion::parse(b"1"), None);
}

#[test]
fn who_sent_the_call_on_and_why() {
    // As the examples of RFC 7044 and RFC 5806 have them.
    let mut scanner = Scanner::new();
    let message = scanner.scan(
        b"INVITE sip:office@192.0.2.5 SIP/2.0\r\n\
          History-Info: <sip:bob@example.com?Privacy=history>;index=1,\r\n \
          <sip:bob@192.0.2.4?Reason=SIP%3bcause%3D302%3Btext%3D%22Moved%22>;index=1.1;rc=1\r\n\
          History-Info: <sip:office@example.com>;index=1.2;mp=1\r\n\
          Diversion: <sip:+19195551004@example.com>;reason=user-busy;counter=3;privacy=off,\r\n \
          \"A, B\" <sip:+19195551001@example.com>;reason=\"no-answer\"\r\n\r\n",
    );
    let history: Vec<HistoryEntry<'_>> = message.history().collect();
    assert_eq!(history.len(), 3);
    assert_eq!(history[0].index(), Some(&b"1"[..]));
    assert_eq!(history[0].escaped_privacy(), Some(&b"history"[..]));
    assert_eq!((history[0].cause(), history[0].retarget()), (None, None));
    assert_eq!(history[1].cause(), Some(302));
    assert_eq!(history[1].retarget(), Some(Retarget::Contact(b"1")));
    assert_eq!(history[1].depth(), Some(2));
    assert_eq!(history[2].retarget(), Some(Retarget::Mapped(b"1")));
    let diversions: Vec<Diversion<'_>> = message.diversions().collect();
    assert_eq!(diversions[0].reason(), Some(&b"user-busy"[..]));
    assert_eq!(diversions[0].count(), Some(3));
    assert_eq!(diversions[1].reason(), Some(&b"no-answer"[..]));
    assert_eq!(diversions[1].count(), Some(1));
}

#[test]
fn session_identifiers_of_both_kinds() {
    let new = SessionId::parse(
        b"ab30317f1a784dc48ff824d0d3715d86;remote=00000000000000000000000000000000",
    )
    .unwrap();
    assert!(new.is_remote_unknown());
    let old = SessionId::parse(b"f81d4fae7dec11d0a76500a0c91e6bf6").unwrap();
    assert_eq!(old.remote, None);
    assert!(!old.is_remote_unknown());
    assert_eq!(
        SessionId::parse(b"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        None
    );
}

#[test]
fn signed_identities() {
    let full = Identity::parse(
        b"eyJh.eyJk.sig-_1;info=<https://biloxi.example.org/a;b.cer>;alg=ES256;ppt=\"shaken\"",
    )
    .unwrap();
    assert_eq!(full.parts(), Some([&b"eyJh"[..], b"eyJk", b"sig-_1"]));
    assert_eq!(
        full.info(),
        Some(&b"https://biloxi.example.org/a;b.cer"[..])
    );
    assert_eq!(
        (full.alg(), full.ppt()),
        (Some(&b"ES256"[..]), Some(&b"shaken"[..]))
    );
    assert!(!full.is_compact());
    let compact =
        Identity::parse(b"..rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1;info=<https://a/b>").unwrap();
    assert!(compact.is_compact());
    assert_eq!(compact.parts().unwrap()[0], b"");
    let old = Identity::parse(b"\"ZYNBbHC00VMZr2kZt6VmCvPonWJ=\"").unwrap();
    assert_eq!((old.parts(), old.info()), (None, None));
}

#[test]
fn what_networks_say() {
    let vector = ChargingVector::parse(
        b"icid-value=\"1234bc9876e;x\";icid-generated-at=192.0.6.8;orig-ioi=home1.net;\
          transit-ioi=\"a.1,b.2\"",
    );
    assert_eq!(vector.icid(), Some(&b"1234bc9876e;x"[..]));
    assert_eq!(vector.orig_ioi(), Some(&b"home1.net"[..]));
    assert_eq!(vector.transit_ioi().count(), 2);
    let access: Vec<_> = AccessNetwork::list(
        b"3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=234151D0FCE11, IEEE-802.11;network-provided",
    )
    .collect();
    assert_eq!(access[0].cell(), Some(&b"234151D0FCE11"[..]));
    assert!(!access[0].is_from_network() && access[1].is_from_network());
    let media: Vec<_> = EarlyMedia::list(b"SendRecv, gated , x").collect();
    assert_eq!(
        media,
        [
            EarlyMedia::SendRecv,
            EarlyMedia::Gated,
            EarlyMedia::Other(b"x")
        ]
    );
    let party =
        RemotePartyId::parse(b"\"John\" <sip:j@a>;party=calling;privacy=full;screen=yes").unwrap();
    assert_eq!(
        (party.party(), party.is_screened()),
        (Some(&b"calling"[..]), Some(true))
    );
    let values: Vec<_> = privacy_values(b"id; header ;user, critical").collect();
    assert_eq!(values, [&b"id"[..], b"header", b"user", b"critical"]);
}

#[test]
fn lists_of_uris_and_of_agreements() {
    let info: Vec<_> = UriItem::list(
        b"<http://a/alice,bob.jpg> ;purpose=icon,\r\n <http://www.example.com/alice/>;purpose=info, x",
    )
    .collect();
    assert_eq!(info.len(), 2);
    assert_eq!(info[0].uri, b"http://a/alice,bob.jpg");
    assert_eq!(info[1].purpose(), Some(&b"info"[..]));
    let agreed: Vec<_> =
        SecurityMechanism::list(b"ipsec-ike;q=0.1, tls;q=0.2;d-ver=\"0,1\"").collect();
    assert_eq!(agreed[1].name, b"tls");
    assert_eq!(agreed[1].params.get("d-ver"), Some(&b"0,1"[..]));
    let data: Vec<_> =
        UserToUser::list(b"56a390f3d2b7310023a2;encoding=hex;purpose=foo, \"x;y\"").collect();
    assert_eq!(data[0].purpose(), Some(&b"foo"[..]));
    assert_eq!(
        (data[1].data, data[1].encoding()),
        (&b"x;y"[..], &b"hex"[..])
    );
    let priority = ResourcePriority::parse(b"dsn.flash").unwrap();
    assert_eq!(
        (priority.namespace, priority.priority),
        (&b"dsn"[..], &b"flash"[..])
    );
    assert_eq!(ResourcePriority::parse(b"flash"), None);
}

#[test]
fn typed_accessors_leave_out_what_was_cut_off() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(
        b"NOTIFY sip:a@b SIP/2.0\r\nk: timer, 100rel\r\nSupported: replaces\r\n\
          o: dialog;id=1\r\nSubscription-State: active;expires=60\r\n\
          c: application/dialog-info+xml\r\nDate: Sat, 13 Nov 2010 23:29:00 GMT\r\n\
          RSeq: 17\r\nSession-Expires: 18",
    );
    let supported: Vec<_> = message.tokens(HeaderName::Supported).collect();
    assert_eq!(supported, [&b"timer"[..], b"100rel", b"replaces"]);
    assert_eq!(message.event().unwrap().package, b"dialog");
    assert_eq!(message.subscription_state().unwrap().expires(), Some(60));
    assert!(
        message
            .content_type()
            .unwrap()
            .is("application", "dialog-info+xml")
    );
    assert_eq!(message.date().unwrap().year, 2010);
    assert_eq!(message.rseq(), Some(17));
    assert_eq!(message.session_expires(), None);
    assert!(message.rack().is_none() && message.replaces().is_none());
}
