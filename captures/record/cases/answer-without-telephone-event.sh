# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller offers PCMA and telephone-event; the callee answers PCMA alone."
say="Keys that the caller presses cannot be sent as events."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-answer.xml "ANSWER=m=audio [media_port] RTP/AVP 8\na=rtpmap:8 PCMA/8000"
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule dtmf-mismatch warning confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:200/INVITE'
}
