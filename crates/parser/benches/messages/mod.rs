//! What is parsed: the messages that networks carry most of.

/// Each message with the name it has in the tables.
pub(crate) const ALL: [(&str, &str); 5] = [
    ("INVITE", INVITE),
    ("200", OK),
    ("100", TRYING),
    ("OPTIONS", OPTIONS),
    ("REGISTER", REGISTER),
];

/// An INVITE as a desk phone sends it through two proxies: 14 headers, an offer.
const INVITE: &str = "INVITE sip:+4930123456@10.77.0.5:5060;transport=udp SIP/2.0\r\n\
    Via: SIP/2.0/UDP 10.77.0.1:5060;branch=z9hG4bK1d32.8ad75f4e00d4b7a5.0;rport\r\n\
    Via: SIP/2.0/UDP 192.0.2.15:5062;received=198.51.100.7;rport=5062;branch=z9hG4bK-524287-1\r\n\
    Record-Route: <sip:10.77.0.1;lr;ftag=77d2c1a9>\r\n\
    Max-Forwards: 69\r\n\
    From: \"Alice Example\" <sip:alice@example.com>;tag=77d2c1a9\r\n\
    To: <sip:+4930123456@example.com>\r\n\
    Call-ID: 8f1c9f0e5d2a4b7c@192.0.2.15\r\n\
    CSeq: 2 INVITE\r\n\
    Contact: <sip:alice@192.0.2.15:5062;transport=udp>\r\n\
    Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO\r\n\
    Supported: replaces, 100rel, timer\r\n\
    User-Agent: Example Phone 7.2\r\n\
    Content-Type: application/sdp\r\n\
    Content-Length: 183\r\n\
    \r\n\
    v=0\r\n\
    o=alice 53655765 2353687637 IN IP4 192.0.2.15\r\n\
    s=call\r\n\
    c=IN IP4 192.0.2.15\r\n\
    t=0 0\r\n\
    m=audio 49172 RTP/AVP 8 0\r\n\
    a=rtpmap:8 PCMA/8000\r\n\
    a=rtpmap:0 PCMU/8000\r\n\
    a=sendrecv\r\n\
    a=ptime:20\r\n";

/// The 200 to an OPTIONS or REGISTER: the most frequent message of many networks.
const OK: &str = "SIP/2.0 200 OK\r\n\
    Via: SIP/2.0/UDP 192.0.2.15:5062;received=198.51.100.7;rport=5062;branch=z9hG4bK-524287-2\r\n\
    From: <sip:alice@example.com>;tag=77d2c1a9\r\n\
    To: <sip:alice@example.com>;tag=b27e1a1d33761e85\r\n\
    Call-ID: 8f1c9f0e5d2a4b7c@192.0.2.15\r\n\
    CSeq: 3 REGISTER\r\n\
    Contact: <sip:alice@192.0.2.15:5062>;expires=3600\r\n\
    Server: Example Proxy 5.6\r\n\
    Content-Length: 0\r\n\
    \r\n";

/// What a proxy answers an INVITE with at once.
const TRYING: &str = "SIP/2.0 100 Trying\r\n\
    Via: SIP/2.0/UDP 192.0.2.15:5062;rport=5062;received=198.51.100.7;branch=z9hG4bK-524287-1\r\n\
    From: \"Alice Example\" <sip:alice@example.com>;tag=77d2c1a9\r\n\
    To: <sip:+4930123456@example.com>\r\n\
    Call-ID: 8f1c9f0e5d2a4b7c@192.0.2.15\r\n\
    CSeq: 2 INVITE\r\n\
    Server: Example Proxy 5.6\r\n\
    Content-Length: 0\r\n\
    \r\n";

/// How a phone or a proxy asks whether the other is still there.
const OPTIONS: &str = "OPTIONS sip:example.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.15:5062;rport;branch=z9hG4bK-524287-7\r\n\
    Max-Forwards: 70\r\n\
    From: \"Alice Example\" <sip:alice@example.com>;tag=d13a8f13\r\n\
    To: <sip:example.com>\r\n\
    Call-ID: 766beb5b4b275fa9@192.0.2.15\r\n\
    CSeq: 491 OPTIONS\r\n\
    Contact: <sip:alice@192.0.2.15:5062>\r\n\
    User-Agent: Example Phone 7.2\r\n\
    Accept: application/sdp\r\n\
    Content-Length: 0\r\n\
    \r\n";

/// A phone's registration, with credentials.
const REGISTER: &str = "REGISTER sip:example.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP 192.0.2.15:5062;rport;branch=z9hG4bK-524287-8\r\n\
    Max-Forwards: 70\r\n\
    From: <sip:alice@example.com>;tag=77d2c1a9\r\n\
    To: <sip:alice@example.com>\r\n\
    Call-ID: f737e110389802a4@192.0.2.15\r\n\
    CSeq: 3 REGISTER\r\n\
    Contact: <sip:alice@192.0.2.15:5062>;expires=3600\r\n\
    Authorization: Digest username=\"alice\", realm=\"example.com\", nonce=\"427478275aca6d99\", \
    uri=\"sip:example.com\", response=\"0a3b5c7d9e1f20416283a4c5e6f70819\", algorithm=MD5\r\n\
    User-Agent: Example Phone 7.2\r\n\
    Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE, MESSAGE\r\n\
    Supported: replaces, timer\r\n\
    Content-Length: 0\r\n\
    \r\n";
