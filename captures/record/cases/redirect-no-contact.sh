# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A 302 without a Contact. The caller gives up."
say="The 302 is unusable: it names no place to try."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=302 Moved Temporarily"
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule redirect-unusable warning confirmed 10.77.0.20 '*.20>*.10:302/INVITE'
}
