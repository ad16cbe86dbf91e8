# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (proxy), SIPp 3.6 (callee behind a packet filter)"
happened="The proxy forwards the INVITE again and again; a packet filter at the callee drops each one in silence."
say="Stuck on 100: the proxy forwarded, the next hop never answered at all: look at the path between them."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    swallow callee udp dport 5060
    kamailio_start proxy 'TARGET="10.77.0.20"' 'FR_TIMER=90000' </dev/null
    capture hub br0 --time-stamp-precision=nano
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml &
    sleep 41
}
expect() {
    expect_rule stuck-on-trying error confirmed 10.77.0.20 '*.10>*.2:INVITE' '*.2>*.10:100/INVITE' '*.2>*.20:INVITE'
    expect_rule no-response error confirmed 10.77.0.20 '*.2>*.20:INVITE'
}
