//! Challenges and credentials, on the examples of RFC 3261 §22, RFC 7616 §3.9 and RFC 3310.

use sipwhy_parser::headers::{Algorithm, Auth, AuthParams, Challenges};
use sipwhy_parser::{HeaderName, Scanner};

const RFC_7616: &[u8] = b"Digest realm=\"http-auth@example.org\",\r\n \
    qop=\"auth, auth-int\", algorithm=SHA-256,\r\n \
    nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\",\r\n \
    opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", \
    Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, \
    nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", stale=TRUE";

#[test]
fn one_header_with_two_challenges() {
    let challenges: Vec<_> = Challenges::new(RFC_7616).collect();
    assert_eq!(challenges.len(), 2);
    assert_eq!(challenges[0].algorithm(), Algorithm::Sha256);
    assert_eq!(challenges[0].realm(), Some(&b"http-auth@example.org"[..]));
    assert_eq!(
        challenges[0].qop().collect::<Vec<_>>(),
        [&b"auth"[..], b"auth-int"]
    );
    assert!(!challenges[0].is_stale());
    assert_eq!(
        challenges[0].params.get("opaque"),
        Some(&b"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"[..])
    );
    assert_eq!(challenges[1].algorithm(), Algorithm::Md5);
    assert!(challenges[1].is_stale());
    assert_eq!(challenges[1].params.iter().count(), 5);
}

#[test]
fn schemes_without_and_with_bare_tokens() {
    let schemes = |value: &'static [u8]| -> Vec<_> {
        Challenges::new(value)
            .map(|challenge| (challenge.scheme, challenge.params.raw()))
            .collect()
    };
    assert_eq!(
        schemes(b"Negotiate, NTLM TlRMTVNTUAAC==, Bearer scope=\"sip, web\", realm=\"a\""),
        [
            (&b"Negotiate"[..], &b""[..]),
            (b"NTLM", b"TlRMTVNTUAAC=="),
            (b"Bearer", b"scope=\"sip, web\", realm=\"a\""),
        ]
    );
    // White space around an equals sign makes no scheme of a parameter's name.
    assert_eq!(
        schemes(b"Digest realm = \"a\" , nonce =\"b\""),
        [(&b"Digest"[..], &b"realm = \"a\" , nonce =\"b\""[..])]
    );
    assert_eq!(schemes(b"realm=\"a\""), [(&b""[..], &b"realm=\"a\""[..])]);
    assert_eq!(schemes(b" ,\r\n ,"), []);
}

#[test]
fn credentials_with_everything() {
    let credentials = Auth::parse(
        b"Digest username=\"488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec\",\
          realm=\"api@example.org\",uri=\"/doe.json\",algorithm=SHA-512-256,\
          nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\",nc=0000000a,\
          cnonce=\"NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm\",qop=auth,\
          response=\"ae66e67d6b427bd3f120414a82e4acff38e8ecd9101d6c861229025f607a79dd\",\
          opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\",userhash=true",
    )
    .unwrap();
    assert!(credentials.is_digest() && credentials.has_hashed_user());
    assert_eq!(credentials.algorithm(), Algorithm::Sha512T256);
    assert_eq!(credentials.algorithm().digest_length(), Some(64));
    assert_eq!(credentials.response().map(<[u8]>::len), Some(64));
    assert_eq!(credentials.nonce_count(), Some(10));
    assert_eq!(credentials.uri(), Some(&b"/doe.json"[..]));
    assert_eq!(credentials.qop().collect::<Vec<_>>(), [b"auth"]);
    let bearer = Auth::parse(b"bearer mF_9.B5f-4.1JqM").unwrap();
    assert!(bearer.is_bearer());
    assert_eq!(bearer.params.raw(), b"mF_9.B5f-4.1JqM");
    assert_eq!(Auth::parse(b"realm=\"x\", nonce=\"y\""), None);
    assert_eq!(Auth::parse(b""), None);
}

#[test]
fn aka_and_unknown_algorithms() {
    let algorithm = |value: &'static [u8]| Auth::parse(value).unwrap().algorithm();
    assert_eq!(
        algorithm(b"Digest realm=\"r\",algorithm=AKAv1-MD5"),
        Algorithm::AkaV1Md5
    );
    assert_eq!(
        algorithm(b"Digest realm=\"r\",algorithm=\"akav2-md5\""),
        Algorithm::AkaV2Md5
    );
    assert_eq!(algorithm(b"Digest realm=\"r\""), Algorithm::Md5);
    assert_eq!(
        algorithm(b"Digest algorithm=SHA3"),
        Algorithm::Other(b"SHA3")
    );
}

#[test]
fn what_broken_parameters_still_say() {
    let params = AuthParams::new(b"realm=\"a\" nonce=\"b,c\\\"\",, stale , qop = auth ,opaque=\"");
    let read: Vec<_> = params.iter().collect();
    assert_eq!(
        read,
        [
            (&b"realm"[..], Some(&b"a"[..])),
            (b"nonce", Some(b"b,c\\\"")),
            (b"stale", None),
            (b"qop", Some(b"auth")),
        ]
    );
    // Where the quote does not close, nobody knows what the value was.
    assert_eq!(params.get("opaque"), None);
    assert_eq!(params.get("STALE"), Some(&b""[..]));
    for (nc, expected) in [
        ("nc=0000000A", Some(10)),
        ("nc=\"00000001\"", Some(1)),
        ("nc=+1", None),
        ("nc=000000001", None),
        ("nc=", None),
        ("qop=auth", None),
    ] {
        assert_eq!(
            AuthParams::new(nc.as_bytes()).nonce_count(),
            expected,
            "{nc}"
        );
    }
}

#[test]
fn challenges_of_all_headers_of_a_message() {
    let mut scanner = Scanner::new();
    let message = scanner.scan(
        b"SIP/2.0 407 No\r\n\
          Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\", Digest realm=\"b\", nonce=\"2\"\r\n\
          proxy-authenticate: Digest realm=\"c\",\r\n nonce=\"3\"\r\n\
          Authentication-Info: nextnonce=\"47364c23\"\r\n\
          Proxy-Authenticate: Digest realm=\"cu",
    );
    let realms: Vec<_> = message
        .challenges(HeaderName::ProxyAuthenticate)
        .filter_map(Auth::realm)
        .collect();
    assert_eq!(realms, [b"a", b"b", b"c"]);
    let info = AuthParams::new(message.value(HeaderName::AuthenticationInfo).unwrap());
    assert_eq!(info.next_nonce(), Some(&b"47364c23"[..]));
}
