# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The proxy relays the callee's 305 upstream; the caller sends the same Request-URI through the same proxy again."
say="The 305 was ignored by the caller."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-use-proxy.xml PROXY=10.77.0.2 "EXTRA=Contact: <sip:10.77.0.30>"
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.2 uac.xml RURI=sip:bob@10.77.0.2 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.2 uac.xml FROM_TAG=alice-305 CSEQ=2
}
expect() {
    expect_rule use-proxy-ignored error confirmed 10.77.0.10 '*.2>*.10:305/INVITE' '*.10>*.2:INVITE#2'
}
