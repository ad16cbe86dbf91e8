# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee rings for 65 s before it answers."
say="It rang for more than a minute; no fault, and it was answered in the end."
healthy=true
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml RING_MS=65000
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule ringing-unanswered note resolved 10.77.0.20 '*.10>*.2:INVITE' '*.2>*.10:180/INVITE' '*.2>*.10:200/INVITE'
}
