# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (client), a packet filter"
happened="A REGISTER is retransmitted on Timer E's schedule until Timer F; nobody answers."
say="No response: the REGISTER was retransmitted for 32 s."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host third 10.77.0.40
    swallow callee udp dport 5060
    answer_pings third
    capture
    pings caller 10.77.0.40:5090
    baresip_run caller 36 "<sip:alice@10.77.0.20>;regint=600"
}
expect() {
    expect_rule no-response error confirmed 10.77.0.20 '*.10>*.20:REGISTER' '*.10>*.20:REGISTER#-1'
}
