# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A 305 names a proxy; nothing follows, but the capture ends a few seconds later."
say="Whether the 305 was obeyed is inconclusive: the capture ends too early."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090 1000
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
    sleep 3
}
expect() {
    expect_rule use-proxy-abandoned note inconclusive - '*.20>*.10:305/INVITE'
}
