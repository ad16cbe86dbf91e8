# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (proxy), a packet filter"
happened="The callee is silent; after five seconds the proxy gives up and answers 408."
say="The call failed with a 408 that the proxy generated because the next hop never answered."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    swallow callee udp dport 5060
    kamailio_start proxy 'TARGET="10.77.0.20"' FR_TIMER=5000 </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule call-failed error confirmed 10.77.0.2 '*.2>*.20:INVITE' '*.2>*.20:INVITE#-1' '*.2>*.10:408/INVITE'
    OPTIONAL=1 expect_rule no-response note inconclusive - '*.2>*.20:INVITE'
}
