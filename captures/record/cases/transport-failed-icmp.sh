# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller)"
happened="Nothing listens at the callee's port: ICMP port unreachable answers the INVITE, and the caller does not repeat it."
say="The transport failed: ICMP port unreachable, which the caller took for final."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host third 10.77.0.40
    answer_pings third
    capture
    pings caller 10.77.0.40:5090 1000
    INVITE_RETRANSMISSIONS=0 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sleep 4
}
expect() {
    expect_rule transport-failed error confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:ICMP'
}
