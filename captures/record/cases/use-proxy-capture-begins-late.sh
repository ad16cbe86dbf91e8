# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees)"
happened="The capture begins after the 305, with the INVITE that follows it."
say="Nothing can be said of a 305 that is not in the capture."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    sipp_server newproxy uas.xml
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.1
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.20
}
