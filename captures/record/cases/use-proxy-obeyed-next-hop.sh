# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (the named proxy)"
happened="A 305 names a proxy; the caller keeps the Request-URI and goes by way of the proxy (Route). The callee takes the call from there."
say="The 305 was obeyed: the Request-URI was kept, the named proxy is the next hop."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-use-proxy.xml PROXY=10.77.0.30 "EXTRA=Contact: <sip:10.77.0.30>"
    kamailio_start newproxy </dev/null
    capture hub br0 --time-stamp-precision=nano
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.20 "EXTRA=Route: <sip:10.77.0.30;lr>"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.30:INVITE'
}
