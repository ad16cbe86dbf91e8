# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), a packet filter"
happened="A UDP INVITE is retransmitted for 32 s into a black hole."
say="No response: the INVITE was retransmitted on Timer A's schedule until Timer B."
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
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sleep 37
}
expect() {
    expect_rule no-response error confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.10>*.20:INVITE#-1'
}
