# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (proxy), a packet filter"
happened="The next hop is silent; the caller cancels after ten seconds. The proxy cannot send its CANCEL before a provisional response, and the 487 comes only when its own timer ends."
say="It was stuck on 100 past 8 s because the next hop never answered, and the caller ended the wait at 10 s; the late 487 is a consequence."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    swallow callee udp dport 5060
    kamailio_start proxy 'TARGET="10.77.0.20"' FR_TIMER=20000 </dev/null
    capture
    sipp_client caller 10.77.0.2 uac-cancel.xml PROGRESS=100 WAIT_MS=10000
}
expect() {
    expect_rule stuck-on-trying warning resolved 10.77.0.20 '*.10>*.2:INVITE' '*.2>*.10:100/INVITE' '*.2>*.20:INVITE' '*.10>*.2:CANCEL'
    OPTIONAL=1 expect_rule no-response note inconclusive - '*.2>*.20:INVITE'
}
