# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The caller's INVITE has CSeq 90, its BYE CSeq 70. The callee does not mind."
say="The caller's numbers fall within the call; a callee may refuse the BYE."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml CSEQ=90
}
expect() {
    expect_rule cseq-out-of-order warning confirmed 10.77.0.10 '*.10>*.2:INVITE' '*.10>*.2:BYE'
}
