# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee is busy and says so with 486. Recorded on the proxy's any device (SLL2)."
say="The callee is busy: no fault."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=486 Busy Here"
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture proxy any
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule call-failed note confirmed 10.77.0.20 '*.20>*.2:486/INVITE' '*.2>*.10:486/INVITE'
}
