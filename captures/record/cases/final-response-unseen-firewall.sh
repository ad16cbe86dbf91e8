# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), a packet filter"
happened="The callee is busy and says so with 486, but a packet filter on the caller's side drops every answer: the caller goes on with its INVITE, the callee with its 486."
say="The 486 does not reach the caller."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=486 Busy Here"
    swallow caller udp sport 5060
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sleep 9
}
expect() {
    expect_rule call-failed note confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:486/INVITE'
    expect_rule final-response-unseen warning confirmed 10.77.0.10 '*.10>*.20:INVITE' '*.20>*.10:486/INVITE'
}
