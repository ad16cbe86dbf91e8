# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (callers, servers)"
happened="A server answers INVITEs with 503 and Retry-After: 120. The first caller calls it again 2 s later, as does the second; the third takes another server."
say="The first two callers did not heed Retry-After. The third did."
healthy=false
record() {
    host first 10.77.0.10
    host second 10.77.0.11
    host third 10.77.0.12
    host server 10.77.0.20
    host other 10.77.0.30
    sipp_server server uas-reply.xml "STATUS=503 Service Unavailable" "EXTRA=Retry-After: 120"
    sipp_server other uas.xml
    capture
    sipp_client first 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sipp_client second 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sipp_client third 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
    sleep 2
    sipp_client first 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
    sipp_client second 10.77.0.20 uac.xml RURI=sip:carol@10.77.0.20
    sipp_client third 10.77.0.30 uac.xml RURI=sip:bob@10.77.0.30
}
expect() {
    expect_rule retry-after-ignored warning confirmed 10.77.0.10 '*.20>*.10:503/INVITE' '*.10>*.20:INVITE#2'
    expect_rule retry-after-ignored warning confirmed 10.77.0.11 '*.20>*.11:503/INVITE' '*.11>*.20:INVITE#2'
    local caller
    for caller in first first second second third; do
        expect_rule call-failed error confirmed 10.77.0.20
    done
}
