# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee is busy. The caller gets the 486 through the proxy and acknowledges it, under a branch of its own; the proxy cannot match that ACK and repeats the 486."
say="The 486 is acknowledged under another branch, so the proxy goes on sending it."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=486 Busy Here"
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml ACK_MARK=-ack
    sleep 9
}
expect() {
    expect_rule call-failed note confirmed 10.77.0.20 '*.10>*.2:INVITE' '*.20>*.2:486/INVITE'
    expect_rule final-response-unseen warning confirmed 10.77.0.10 '*.10>*.2:INVITE' '*.2>*.10:486/INVITE' '*.10>*.2:ACK'
}
