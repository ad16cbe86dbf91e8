# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees)"
happened="A 305 lists three proxies with q values; the caller takes the second best."
say="The 305 was obeyed: 10.77.0.30 is one of three listed, though RFC 3261 speaks of one."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.40>;q=0.9, <sip:10.77.0.30>;q=0.5, <sip:10.77.0.41>;q=0.1"
    sipp_server newproxy uas.xml
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.30:INVITE'
}
