# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller offers RTP/SAVP with a key; the callee answers RTP/AVP."
say="Offer and answer differ in encryption: media cannot be understood."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-answer.xml "ANSWER=m=audio [media_port] RTP/AVP 8 101\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000"
    capture
    sipp_client caller 10.77.0.20 uac-offer.xml "OFFER=m=audio [media_port] RTP/SAVP 8 101\na=rtpmap:101 telephone-event/8000\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj" RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule media-security-mismatch error confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:200/INVITE'
    expect_rule short-call note confirmed 10.77.0.10 '*.20>*.10:200/INVITE' '*.10>*.20:BYE'
}
