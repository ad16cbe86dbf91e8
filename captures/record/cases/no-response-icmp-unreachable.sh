# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller)"
happened="Nothing listens at the callee's port: ICMP port unreachable answers each INVITE."
say="No response: ICMP port unreachable says that nothing listens there."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host third 10.77.0.40
    on callee sysctl -qw net.ipv4.icmp_ratelimit=0
    answer_pings third
    capture
    pings caller 10.77.0.40:5090
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sleep 37
}
expect() {
    expect_rule no-response error confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:ICMP' '*.10>*.20:INVITE#-1'
}
