# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee sends 100 at once, rings after 12 s and answers."
say="It was stuck on 100 past 8 s (the callee's wait) and resolved at 12 s."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-trying.xml HOLD_MS=12000
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture hub br0 --time-stamp-precision=nano
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule stuck-on-trying warning resolved 10.77.0.20 '*.10>*.2:INVITE' '*.20>*.2:100/INVITE' '*.2>*.10:180/INVITE'
}
