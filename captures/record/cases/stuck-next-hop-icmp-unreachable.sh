# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (proxy)"
happened="Nothing listens at the next hop: each INVITE is answered by ICMP port unreachable, and the proxy goes on."
say="Stuck on 100: the next hop has no SIP listener there, its ICMP port unreachable says so."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    on callee sysctl -qw net.ipv4.icmp_ratelimit=0
    kamailio_start proxy 'TARGET="10.77.0.20"' 'FR_TIMER=90000' </dev/null
    capture
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml &
    sleep 41
}
expect() {
    expect_rule stuck-on-trying error confirmed 10.77.0.20 '*.10>*.2:INVITE' '*.2>*.10:100/INVITE' '*.2>*.20:INVITE' '*.20>*.2:ICMP'
    expect_rule no-response error confirmed 10.77.0.20 '*.2>*.20:INVITE' '*.20>*.2:ICMP'
}
