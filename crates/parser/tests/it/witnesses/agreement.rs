//! Values that every parser reads: all must read the same.

use proptest::prelude::*;

use super::{Kind, Reading, ezk, ours, rsips};

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9-]{0,8}[a-z0-9](\\.[a-z]{2,6}){1,2}",
        any::<[u8; 4]>().prop_map(|ip| std::net::Ipv4Addr::from(ip).to_string()),
    ]
}

fn port() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        any::<u16>().prop_map(|port| format!(":{port}"))
    ]
}

fn uri() -> impl Strategy<Value = String> {
    (
        prop::sample::select(vec!["sip", "sips"]),
        prop_oneof![Just(String::new()), "[a-zA-Z0-9+_-]{1,12}@"],
        host(),
        port(),
        "(;transport=(UDP|TCP|TLS))?(;lr)?(;user=phone)?(;x[a-z]{0,5}=[a-z0-9]{1,6})?",
    )
        .prop_map(|(scheme, user, host, port, params)| {
            format!("{scheme}:{user}{host}{port}{params}")
        })
}

/// A display name of one word, and one in quotes.
const WORD: &str = "([A-Z][a-z]{0,8} )?";
const QUOTED: &str = "\"[A-Z][a-z ]{0,8}[a-z]\" ";

/// An address in angle brackets, with parameters that stand behind them.
fn address(display: &'static str, params: &'static str) -> impl Strategy<Value = String> {
    (display, uri(), params).prop_map(|(display, uri, params)| format!("{display}<{uri}>{params}"))
}

fn via() -> impl Strategy<Value = String> {
    (
        "SIP/2\\.0/(UDP|TCP|TLS|SCTP|WS|WSS)",
        host(),
        port(),
        "(;rport)?;branch=z9hG4bK[a-zA-Z0-9.-]{1,20}",
        "(;received=192\\.0\\.2\\.[1-9])?(;ttl=[1-9])?(;maddr=239\\.0\\.0\\.[1-9])?(;x[a-z]{0,3})?",
    )
        .prop_map(|(sent, host, port, branch, rest)| format!("{sent} {host}{port}{branch}{rest}"))
}

const METHODS: &str = "(INVITE|ACK|BYE|CANCEL|OPTIONS|REGISTER|PRACK|SUBSCRIBE|NOTIFY|PUBLISH|INFO|REFER|MESSAGE|UPDATE)";

fn list(item: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(item, 1..4).prop_map(|items| items.join(", "))
}

/// One value, for a witness that reads no lists of this kind.
fn alone() -> impl Strategy<Value = (Kind, String)> {
    let pair = |kind: Kind| move |value: String| (kind, value);
    prop_oneof![
        uri().prop_map(pair(Kind::RequestUri)),
        via().prop_map(pair(Kind::Via)),
        address(WORD, ";tag=[a-z0-9.-]{1,12}").prop_map(pair(Kind::From)),
        address(WORD, "(;q=0\\.[1-9])?(;expires=[1-9][0-9]{0,4})?").prop_map(pair(Kind::Contact)),
        (uri(), "(;x[a-z]{0,3})?")
            .prop_map(|(uri, params)| format!("<{uri}>{params}"))
            .prop_map(pair(Kind::Route)),
        (uri(), "(;x[a-z]{0,3})?")
            .prop_map(|(uri, params)| format!("<{uri}>{params}"))
            .prop_map(pair(Kind::RecordRoute)),
        (any::<u32>(), METHODS)
            .prop_map(|(number, method)| format!("{number} {method}"))
            .prop_map(pair(Kind::CSeq)),
        any::<u8>().prop_map(|hops| (Kind::MaxForwards, hops.to_string())),
        any::<u32>().prop_map(|seconds| (Kind::Expires, seconds.to_string())),
        any::<u32>().prop_map(|seconds| (Kind::RetryAfter, seconds.to_string())),
        list(METHODS).prop_map(pair(Kind::Allow)),
        list("[a-z0-9-]{1,12}").prop_map(pair(Kind::Supported)),
        "(application|text|message)/[a-z]{1,10}(;charset=[a-z0-9-]{1,8})?"
            .prop_map(pair(Kind::ContentType)),
        "Digest realm=\"[a-z.]{1,12}\", nonce=\"[a-f0-9]{1,16}\"(, opaque=\"[a-f0-9]{1,8}\")?(, stale=true)?, algorithm=MD5(, qop=\"auth\")?"
            .prop_map(pair(Kind::Challenge)),
        "Digest username=\"[a-z]{1,8}\", realm=\"[a-z.]{1,12}\", nonce=\"[a-f0-9]{1,16}\", uri=\"sip:[a-z]{1,8}\\.example\", response=\"[a-f0-9]{32}\", algorithm=MD5"
            .prop_map(pair(Kind::Credentials)),
        "[a-z0-9]{1,12}(@[a-z]{1,8})?;to-tag=[a-z0-9]{1,8};from-tag=[a-z0-9]{1,8}(;early-only)?"
            .prop_map(pair(Kind::Replaces)),
        (any::<u32>(), "(;refresher=ua[cs])?")
            .prop_map(|(seconds, who)| (Kind::SessionExpires, format!("{seconds}{who}"))),
        (any::<u32>(), any::<u32>(), METHODS)
            .prop_map(|(one, two, method)| (Kind::RAck, format!("{one} {two} {method}"))),
        "(active|pending);expires=[0-9]{1,6}|terminated;reason=(timeout|noresource|giveup|deactivated)"
            .prop_map(pair(Kind::SubscriptionState)),
    ]
}

/// Lists, of which rsip reads but some, with quoted names, around which it keeps the quotes.
fn several() -> impl Strategy<Value = (Kind, String)> {
    let pair = |kind: Kind| move |value: String| (kind, value);
    prop_oneof![
        list(via()).prop_map(pair(Kind::Via)),
        list(address(
            QUOTED,
            "(;q=0\\.[1-9])?(;expires=[1-9][0-9]{0,4})?"
        ))
        .prop_map(pair(Kind::Contact)),
        list(address(QUOTED, "(;x[a-z]{0,3})?")).prop_map(pair(Kind::Route)),
        list(address(QUOTED, "(;x[a-z]{0,3})?")).prop_map(pair(Kind::RecordRoute)),
    ]
}

/// A witness that has a type for the value agrees on it.
fn agrees(witness: &Reading, right: &Reading) -> Result<(), TestCaseError> {
    if *witness != Reading::Untyped {
        prop_assert_eq!(witness, right);
    }
    Ok(())
}

proptest! {
    #[test]
    fn all_read_single_values_alike((kind, value) in alone()) {
        let right = ours::read(kind, &value);
        prop_assert_ne!(&right, &Reading::Refused, "{:?} {}", kind, value);
        agrees(&rsips::read(kind, &value), &right)?;
        agrees(&ezk::read(kind, &value), &right)?;
    }

    #[test]
    fn ezk_reads_lists_alike((kind, value) in several()) {
        let right = ours::read(kind, &value);
        prop_assert_ne!(&right, &Reading::Refused, "{:?} {}", kind, value);
        agrees(&ezk::read(kind, &value), &right)?;
    }
}
