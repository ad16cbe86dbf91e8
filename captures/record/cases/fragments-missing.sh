# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (callers, callee)"
happened="An INVITE in two fragments arrives and is answered; of another caller's, a packet filter at the callee's switch port drops every fragment but the first."
say="The second caller's datagrams never became whole: fragments of them are missing."
healthy=false
slow=true
record() {
    local padding
    padding="X-Padding: $(printf '0123456789%.0s' {1..180})"
    host caller 10.77.0.10
    host callee 10.77.0.20
    host second 10.77.0.11
    host third 10.77.0.40
    answer_pings third
    sipp_server callee uas.xml
    # On its way out, so that the capture does not have them either.
    on second nft 'add table netdev mute; add chain netdev mute out { type filter hook egress device eth0 priority 0; }; add rule netdev mute out ip frag-off & 0x1fff != 0 drop'
    FILTER="" capture
    pings caller 10.77.0.40:5090
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 "EXTRA2=$padding"
    sipp_client second 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 "EXTRA2=$padding" &
    sleep 34
}
expect() {
    expect_rule datagram-too-large warning confirmed 10.77.0.10 '*.10>*.20:INVITE'
    expect_rule datagram-too-large error confirmed 10.77.0.20
}
