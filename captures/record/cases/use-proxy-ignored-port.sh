# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees)"
happened="A 305 names a proxy at port 5080; the caller sends the next INVITE to port 5060 of that host."
say="The 305 was ignored in part: right host, but port 5060 instead of 5080."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30:5080>"
    sipp_server newproxy uas.xml
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule use-proxy-ignored error confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.30:INVITE'
}
