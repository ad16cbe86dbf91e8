# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees)"
happened="After a 305 the caller calls the old destination again, with a new Call-ID half a second later."
say="The 305 was ignored, under a new Call-ID."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    answer_pings callee
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.5
    CALL_ID=second@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml FROM_TAG=alice-new RURI=sip:bob@10.77.0.20
    pings caller 10.77.0.20:5090
    sleep 13
}
expect() {
    expect_rule use-proxy-ignored error confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.20:INVITE#2'
    expect_rule use-proxy-abandoned warning confirmed 10.77.0.10 '*.20>*.10:305/INVITE#2'
}
