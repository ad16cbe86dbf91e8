# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee answers an INVITE with 422 and Min-SE: 1800; the caller asks for 120 s, and gets 422 again."
say="The caller did not heed the Min-SE."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reply-twice.xml "STATUS=422 Session Interval Too Small" "EXTRA=Min-SE: 1800"
    capture
    export CALL_ID=interval@10.77.0.10
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 CSEQ=1 "EXTRA2=Session-Expires: 90"
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 CSEQ=2 "EXTRA2=Session-Expires: 120"
}
expect() {
    expect_rule session-interval-refused error confirmed 10.77.0.10 '*.20>*.10:422/INVITE' '*.10>*.20:INVITE#2'
    expect_rule call-failed note confirmed 10.77.0.20 '*.10>*.20:INVITE#2' '*.20>*.10:422/INVITE#2'
}
