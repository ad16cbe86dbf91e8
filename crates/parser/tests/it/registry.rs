//! The header names against the IANA registry of SIP header fields, as it was on 2026-03-18.

use std::collections::HashSet;

use sipwhy_parser::{HeaderName, Registration};

/// Name, and the first of the documents that the registry refers to.
const REGISTRY: &[(&str, &str)] = &[
    ("Accept", "RFC 3261"),
    ("Accept-Contact", "RFC 3841"),
    ("Accept-Encoding", "RFC 3261"),
    ("Accept-Language", "RFC 3261"),
    ("Accept-Resource-Priority", "RFC 4412"),
    ("Additional-Identity", "3GPP TS 24.229"),
    ("Alert-Info", "RFC 3261"),
    ("AlertMsg-Error", "RFC 8876"),
    ("Allow", "RFC 3261"),
    ("Allow-Events", "RFC 6665"),
    ("Answer-Mode", "RFC 5373"),
    ("Attestation-Info", "3GPP TS 24.229"),
    ("Authentication-Info", "RFC 3261"),
    ("Authorization", "RFC 3261"),
    ("Call-ID", "RFC 3261"),
    ("Call-Info", "RFC 3261"),
    ("Cellular-Network-Info", "3GPP TS 24.229"),
    ("Contact", "RFC 3261"),
    ("Content-Disposition", "RFC 3261"),
    ("Content-Encoding", "RFC 3261"),
    ("Content-ID", "RFC 8262"),
    ("Content-Language", "RFC 3261"),
    ("Content-Length", "RFC 3261"),
    ("Content-Type", "RFC 3261"),
    ("CSeq", "RFC 3261"),
    ("Date", "RFC 3261"),
    ("DC-Info", "3GPP TS 24.229"),
    ("Encryption", "RFC 3261"),
    ("Error-Info", "RFC 3261"),
    ("Event", "RFC 6665"),
    ("Expires", "RFC 3261"),
    ("Feature-Caps", "RFC 6809"),
    ("Flow-Timer", "RFC 5626"),
    ("From", "RFC 3261"),
    ("Geolocation", "RFC 6442"),
    ("Geolocation-Error", "RFC 6442"),
    ("Geolocation-Routing", "RFC 6442"),
    ("Hide", "RFC 3261"),
    ("History-Info", "RFC 7044"),
    ("Identity", "RFC 8224"),
    ("Identity-Info", "RFC 8224"),
    ("In-Reply-To", "RFC 3261"),
    ("Info-Package", "RFC 6086"),
    ("Join", "RFC 3911"),
    ("Max-Breadth", "RFC 5393"),
    ("Max-Forwards", "RFC 3261"),
    ("MIME-Version", "RFC 3261"),
    ("Min-Expires", "RFC 3261"),
    ("Min-SE", "RFC 4028"),
    ("Organization", "RFC 3261"),
    ("Origination-Id", "3GPP TS 24.229"),
    ("P-Access-Network-Info", "RFC 7315"),
    ("P-Answer-State", "RFC 4964"),
    ("P-Asserted-Identity", "RFC 3325"),
    ("P-Asserted-Service", "RFC 6050"),
    ("P-Associated-URI", "RFC 7315"),
    ("P-Called-Party-ID", "RFC 7315"),
    ("P-Charge-Info", "RFC 8496"),
    ("P-Charging-Function-Addresses", "RFC 7315"),
    ("P-Charging-Vector", "RFC 7315"),
    ("P-DCS-Billing-Info", "RFC 5503"),
    ("P-DCS-LAES", "RFC 5503"),
    ("P-DCS-OSPS", "RFC 5503"),
    ("P-DCS-Redirect", "RFC 5503"),
    ("P-DCS-Trace-Party-ID", "RFC 5503"),
    ("P-Early-Media", "RFC 5009"),
    ("P-Media-Authorization", "RFC 3313"),
    ("P-Preferred-Identity", "RFC 3325"),
    ("P-Preferred-Service", "RFC 6050"),
    ("P-Private-Network-Indication", "RFC 7316"),
    ("P-Profile-Key", "RFC 5002"),
    ("P-Refused-URI-List", "RFC 5318"),
    ("P-Served-User", "RFC 5502"),
    ("P-User-Database", "RFC 4457"),
    ("P-Visited-Network-ID", "RFC 7315"),
    ("Path", "RFC 3327"),
    ("Permission-Missing", "RFC 5360"),
    ("Policy-Contact", "RFC 6794"),
    ("Policy-ID", "RFC 6794"),
    ("Priority", "RFC 3261"),
    ("Priority-Share", "3GPP TS 24.229"),
    ("Priority-Verstat", "3GPP TS 24.229"),
    ("Priv-Answer-Mode", "RFC 5373"),
    ("Privacy", "RFC 3323"),
    ("Proxy-Authenticate", "RFC 3261"),
    ("Proxy-Authorization", "RFC 3261"),
    ("Proxy-Require", "RFC 3261"),
    ("RAck", "RFC 3262"),
    ("Reason", "RFC 3326"),
    ("Reason-Phrase", "RFC 6873"),
    ("Record-Route", "RFC 3261"),
    ("Recv-Info", "RFC 6086"),
    ("Refer-Events-At", "RFC 7614"),
    ("Refer-Sub", "RFC 4488"),
    ("Refer-To", "RFC 3515"),
    ("Referred-By", "RFC 3892"),
    ("Reject-Contact", "RFC 3841"),
    ("Relayed-Charge", "3GPP TS 24.229"),
    ("Replaces", "RFC 3891"),
    ("Reply-To", "RFC 3261"),
    ("Request-Disposition", "RFC 3841"),
    ("Require", "RFC 3261"),
    ("Resource-Priority", "RFC 4412"),
    ("Resource-Share", "3GPP TS 24.229"),
    ("Response-Key", "RFC 3261"),
    ("Response-Source", "3GPP TS 24.229"),
    ("Restoration-Info", "3GPP TS 24.229"),
    ("Retry-After", "RFC 3261"),
    ("Route", "RFC 3261"),
    ("RSeq", "RFC 3262"),
    ("Security-Client", "RFC 3329"),
    ("Security-Server", "RFC 3329"),
    ("Security-Verify", "RFC 3329"),
    ("Server", "RFC 3261"),
    ("Service-Interact-Info", "3GPP TS 24.229"),
    ("Service-Route", "RFC 3608"),
    ("Session-Expires", "RFC 4028"),
    ("Session-ID", "RFC 7989"),
    ("SIP-ETag", "RFC 3903"),
    ("SIP-If-Match", "RFC 3903"),
    ("Subject", "RFC 3261"),
    ("Subscription-State", "RFC 6665"),
    ("Supported", "RFC 3261"),
    ("Suppress-If-Match", "RFC 5839"),
    ("Target-Dialog", "RFC 4538"),
    ("Timestamp", "RFC 3261"),
    ("To", "RFC 3261"),
    ("Trigger-Consent", "RFC 5360"),
    ("Unsupported", "RFC 3261"),
    ("User-Agent", "RFC 3261"),
    ("User-to-User", "RFC 7433"),
    ("Via", "RFC 3261"),
    ("Warning", "RFC 3261"),
    ("WWW-Authenticate", "RFC 3261"),
];

/// What the registry notes as deprecated.
const DEPRECATED: &[&str] = &["Encryption", "Hide", "Identity-Info", "Response-Key"];

#[test]
fn every_registered_name_is_known_with_its_document() {
    assert_eq!(REGISTRY.len(), 134);
    for (text, document) in REGISTRY {
        let name = HeaderName::from_bytes(text.as_bytes());
        assert_eq!(name.as_str(), *text);
        let reference = name.reference();
        let (found, section) = reference.split_once(" §").unwrap_or((reference, "1"));
        assert_eq!(found, *document, "{text}");
        assert!(section.starts_with(|c: char| c.is_ascii_digit()), "{text}");
        let expected = if DEPRECATED.contains(text) {
            Registration::Deprecated
        } else if *text == "Reason-Phrase" {
            Registration::Reserved
        } else {
            Registration::Registered
        };
        assert_eq!(name.registration(), expected, "{text}");
    }
}

#[test]
fn the_names_beside_the_registry_say_so() {
    let registered: HashSet<_> = REGISTRY.iter().map(|(name, _)| *name).collect();
    let others: Vec<_> = HeaderName::ALL
        .iter()
        .copied()
        .filter(|name| !registered.contains(name.as_str()))
        .collect();
    assert_eq!(
        others,
        [
            HeaderName::Diversion,
            HeaderName::ProxyAuthenticationInfo,
            HeaderName::RemotePartyId,
        ]
    );
    for name in others {
        assert_eq!(name.registration(), Registration::Unregistered);
        assert!(!name.reference().is_empty());
    }
    let unknown = HeaderName::from_bytes(b"X-Anything");
    assert_eq!(unknown.reference(), "");
    assert_eq!(unknown.registration(), Registration::Unregistered);
}
