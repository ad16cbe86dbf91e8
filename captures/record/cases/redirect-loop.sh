# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees)"
happened="Two servers redirect to each other with 302; the caller follows once and then gives up."
say="The second 302 leads back to where the call has been: a loop, and either server may be wrong."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host other 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=302 Moved Temporarily" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server other uas-reply.xml "STATUS=302 Moved Temporarily" "EXTRA=Contact: <sip:bob@10.77.0.20>"
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-302
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac.xml FROM_TAG=alice-302 CSEQ=2 RURI=sip:bob@10.77.0.30
}
expect() {
    expect_rule redirect-loop error confirmed - '*.20>*.10:302/INVITE' '*.30>*.10:302/INVITE'
}
