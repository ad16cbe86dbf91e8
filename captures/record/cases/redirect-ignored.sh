# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A 302 names another place; the caller sends the next INVITE of the call to a third host."
say="The 302 was ignored: the INVITE went to 10.77.0.40 instead of 10.77.0.30."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host third 10.77.0.40
    sipp_server callee uas-reply.xml "STATUS=302 Moved Temporarily" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server third uas.xml
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-302
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.40 uac.xml FROM_TAG=alice-302 CSEQ=2 RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule redirect-ignored warning confirmed 10.77.0.10 '*.20>*.10:302/INVITE' '*.10>*.40:INVITE'
}
