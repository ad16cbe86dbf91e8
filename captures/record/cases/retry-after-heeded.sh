# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (callers, servers)"
happened="A server answers INVITEs with 503 and Retry-After: 4. The first caller calls it again 6 s later, while other traffic goes on; the second takes another server at once."
say="Both calls failed at an overloaded server. Both callers heeded its Retry-After."
healthy=false
record() {
    host first 10.77.0.10
    host second 10.77.0.11
    host server 10.77.0.20
    host other 10.77.0.30
    sipp_server server uas-reply.xml "STATUS=503 Service Unavailable" "EXTRA=Retry-After: 4"
    answer_pings server
    sipp_server other uas.xml
    capture
    sipp_client first 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
    pings first 10.77.0.20:5090 1000
    sipp_client second 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
    sipp_client second 10.77.0.30 uac.xml RURI=sip:bob@10.77.0.30
    sleep 4
    sipp_client first 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    local caller
    for caller in first second first; do
        expect_rule call-failed error confirmed 10.77.0.20
    done
}
