# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees)"
happened="A 305 names a proxy by host name; the caller goes to 10.77.0.30, and no DNS is in sight."
say="Whether the 305 was obeyed is inconclusive: the capture does not tell the address of the named proxy."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@proxy.example.test>"
    sipp_server newproxy uas.xml
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule use-proxy-obeyed note inconclusive - '*.20>*.10:305/INVITE' '*.10>*.30:INVITE'
}
