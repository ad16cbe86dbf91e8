# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), baresip 1.0 (B2BUA)"
happened="A back-to-back user agent passes a call on with nothing of the first leg but the numbers. The callee is busy."
say="The two Call-IDs are one call: a guess. It seems to have failed at the callee."
healthy=false
record() {
    host caller 10.77.0.10
    host b2bua 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=486 Busy Here" LATE_MS=300
    baresip_b2bua b2bua 20 10.77.0.20
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule call-failed note confirmed 10.77.0.20 '*.2>*.20:INVITE' '*.20>*.2:486/INVITE'
    expect_rule call-failed note confirmed 10.77.0.2 '*.10>*.2:INVITE' '*.2>*.20:INVITE' '*.20>*.2:486/INVITE' '*.2>*.10:486/INVITE'
}
