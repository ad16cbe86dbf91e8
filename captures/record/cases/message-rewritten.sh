# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="An INVITE as a router's SIP ALG leaves it: the public address is in Contact and in c= of the SDP, the private one still in Via and in o=, and Content-Length is that of the body before. The call goes on."
say="Something on the caller's side rewrote the INVITE, and not all of it."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas.xml
    capture
    sipp_client caller 10.77.0.20 uac-rewritten.xml RURI=sip:bob@10.77.0.20 TALK_MS=3000
}
expect() {
    expect_rule message-rewritten warning confirmed 10.77.0.10 '*.10>*.20:INVITE'
    expect_rule malformed-message error confirmed 10.77.0.10 '*.10>*.20:INVITE'
}
