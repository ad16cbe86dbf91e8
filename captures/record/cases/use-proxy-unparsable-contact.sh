# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A 305 whose Contact is no URI (<10.77.0.30:5060>, without a scheme). The caller gives up."
say="The 305 is unusable: its Contact is not a URI."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <10.77.0.30:5060>"
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
    sleep 13
}
expect() {
    expect_rule use-proxy-unusable error confirmed 10.77.0.20 '*.20>*.10:305/INVITE'
}
