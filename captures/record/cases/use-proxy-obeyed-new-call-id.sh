# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (the named proxy)"
happened="The caller follows a 305 with a new Call-ID, a new From tag and CSeq 1."
say="The 305 was obeyed, under a new Call-ID."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    host callee2 10.77.0.21
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    sipp_server callee2 uas.xml
    kamailio_start newproxy 'TARGET="10.77.0.21"' </dev/null
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=second@10.77.0.10 sipp_client caller 10.77.0.30 uac.xml FROM_TAG=alice-new RURI=sip:bob@10.77.0.30
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.30:INVITE'
}
