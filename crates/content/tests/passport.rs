//! PASSporTs: those of the RFCs, and such that are nearly right.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use base64ct::{Base64UrlUnpadded, Encoding};
use proptest::prelude::*;
use sipwhy_content::passport::{Attestation, Identity, Passport, PassportFaultKind};

/// The example of RFC 8225, appendix A, as it stands there.
const RFC_8225: &str = "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9j\
    ZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9.eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5j\
    b20iXX0sImlhdCI6MTQ3MTM3NTQxOCwib3JpZyI6eyJ0biI6IjEyMTU1NTUxMjEyIn19.VLBCIVDCaeK6M4hLJb6S\
    HQvacAQVvoiiEOWQ_iUkqk79UD81fHQ0E1b3_GluIkba7UWYRM47ZbNFdOJquE35cw";

const SHAKEN_HEADER: &str = r#"{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://cert.example.org/passport.cer"}"#;
/// RFC 8588 §4 with its claims.
const SHAKEN: &str = r#"{"attest":"A","dest":{"tn":["12155551213"]},"iat":1443208345,"orig":{"tn":"12155551212"},"origid":"123e4567-e89b-12d3-a456-426655440000"}"#;

fn token(header: &str, payload: &str) -> String {
    let encode = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
    format!("{}.{}.c2lnbmVk", encode(header), encode(payload))
}

fn kinds(passport: &Passport) -> Vec<PassportFaultKind> {
    passport.faults.iter().map(|fault| fault.kind).collect()
}

#[test]
fn the_example_of_rfc_8225() {
    let passport = Passport::of_token(RFC_8225.as_bytes());
    assert_eq!(kinds(&passport), []);
    assert_eq!(passport.algorithm.as_deref(), Some("ES256"));
    assert_eq!(passport.kind.as_deref(), Some("passport"));
    assert_eq!(
        passport.certificate.as_deref(),
        Some("https://cert.example.org/passport.cer")
    );
    assert_eq!(passport.issued_at, Some(1_471_375_418));
    assert_eq!(
        passport.origin,
        [Identity::Number("12155551212".to_owned())]
    );
    assert_eq!(
        passport.destination,
        [Identity::Uri("sip:alice@example.com".to_owned())]
    );
}

#[test]
fn shaken_and_div() {
    let value = token(SHAKEN_HEADER, SHAKEN)
        + ";info=<https://cert.example.org/passport.cer>;alg=ES256;ppt=\"shaken\"";
    let passport = Passport::of_identity(value.as_bytes());
    assert_eq!(kinds(&passport), []);
    assert_eq!(passport.attestation, Some(Attestation::Full));
    assert_eq!(passport.extension.as_deref(), Some("shaken"));
    assert_eq!(
        passport.origin_id.as_deref(),
        Some("123e4567-e89b-12d3-a456-426655440000")
    );
    // RFC 8946 §3.
    let div = SHAKEN_HEADER.replace("shaken", "div");
    let payload = r#"{"dest":{"tn":["12155551214"]},"div":{"tn":"12155551213"},"iat":1443208345,"orig":{"tn":"12155551212"}}"#;
    let passport = Passport::of_token(token(&div, payload).as_bytes());
    assert_eq!(kinds(&passport), []);
    assert_eq!(passport.diverted[0].text(), "12155551213");
    let without = payload.replace("\"div\"", "\"dvi\"");
    let passport = Passport::of_token(token(&div, &without).as_bytes());
    assert_eq!(kinds(&passport), [PassportFaultKind::NoDiverted]);
}

#[test]
fn what_is_wrong_with_a_token() {
    use PassportFaultKind::*;
    let of =
        |header: &str, payload: &str| kinds(&Passport::of_token(token(header, payload).as_bytes()));
    let payload = |from: &str, to: &str| {
        assert!(SHAKEN.contains(from));
        of(SHAKEN_HEADER, &SHAKEN.replace(from, to))
    };
    assert_eq!(payload("\"A\"", "\"D\""), [BadAttestation]);
    assert_eq!(payload("attest", "tested"), [NoAttestation]);
    assert_eq!(payload("\"orig\"", "\"from\""), [NoOrigin]);
    assert_eq!(payload("\"dest\"", "\"to\""), [NoDestination]);
    assert_eq!(payload("iat", "tai"), [NoTime]);
    assert_eq!(payload("1443208345", "\"now\""), [NoTime]);
    assert_eq!(payload("\"12155551212\"", "\"+12155551212\""), [BadNumber]);
    assert_eq!(
        payload("\"12155551212\"", "[\"1\",\"2\"]"),
        [SeveralOrigins]
    );
    assert_eq!(payload("123e4567-e89b", "123e4567e89b"), [OriginIdNoUuid]);
    assert_eq!(payload("origid", "orig_id"), [NoOriginId]);
    assert_eq!(payload("{\"attest\"", "[\"attest\""), [BadJson]);
    let header = |from: &str, to: &str| of(&SHAKEN_HEADER.replace(from, to), SHAKEN);
    assert_eq!(header("ES256", "none"), [BadAlgorithm]);
    assert_eq!(header("alg", "gla"), [NoAlgorithm]);
    assert_eq!(header("\"passport\"", "\"JWT\""), [BadKind]);
    assert_eq!(header("x5u", "x5c"), [NoCertificate]);

    let raw = |text: &str| kinds(&Passport::of_token(text.as_bytes()));
    assert_eq!(raw(""), [NotThreeParts]);
    assert_eq!(raw("a.b"), [NotThreeParts]);
    assert_eq!(raw("..c2lnbmVk"), []);
    assert!(Passport::of_token(b"..c2lnbmVk").is_compact);
    assert_eq!(raw(".."), [BadSignature]);
    assert_eq!(
        raw("!.e30.c2ln"),
        [BadBase64, NoOrigin, NoDestination, NoTime]
    );
    // The place is that of the part.
    let passport = Passport::of_token(b"e30.!.c2ln");
    assert_eq!(passport.faults.last().unwrap().span, 4..5);
}

#[test]
fn parameters_that_say_something_else() {
    use PassportFaultKind::*;
    let of = |params: &str| {
        kinds(&Passport::of_identity(
            (token(SHAKEN_HEADER, SHAKEN) + params).as_bytes(),
        ))
    };
    let info = ";info=<https://cert.example.org/passport.cer>";
    assert_eq!(of(info), []);
    assert_eq!(of(""), [NoInfo]);
    assert_eq!(of(";alg=ES256"), [NoInfo]);
    assert_eq!(of(";info=<https://cert.example.com/>"), [InfoDiffers]);
    assert_eq!(
        of(&format!("{info};alg=RS256;ppt=div")),
        [AlgorithmDiffers, ExtensionDiffers]
    );
}

proptest! {
    #[test]
    fn any_bytes(value: Vec<u8>) {
        Passport::of_identity(&value);
    }

    #[test]
    fn any_json(header in "[{}\\[\\]\":,a-z0-9]{0,60}", payload in "[{}\\[\\]\":,a-z0-9]{0,60}") {
        let value = token(&header, &payload);
        for fault in Passport::of_identity(value.as_bytes()).faults {
            prop_assert!(value.get(fault.span).is_some());
        }
    }
}

#[test]
fn the_most_of_everything() {
    for json in [
        "[".repeat(40_000),
        "{\"a\":".repeat(9000),
        format!("{{\"orig\":{{\"tn\":[{}\"1\"]}}}}", "\"1\",".repeat(9000)),
    ] {
        let value = token(&json, &json);
        assert!(!Passport::of_identity(value.as_bytes()).faults.is_empty());
    }
    let value = ".".repeat(65536);
    assert_ne!(kinds(&Passport::of_token(value.as_bytes())), []);
}
