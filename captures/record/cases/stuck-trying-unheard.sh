# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), a packet filter"
happened="The callee answers each INVITE with 100 Trying, but a packet filter on the caller's side drops it: the caller goes on repeating its INVITE."
say="The call is stuck on a 100 that does not reach the caller."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host other 10.77.0.30
    sipp_server callee uas-trying.xml
    answer_pings callee
    swallow caller udp sport 5060
    capture
    pings other 10.77.0.20:5090
    INVITE_RETRANSMISSIONS=7 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sleep 36
}
expect() {
    expect_rule stuck-on-trying error confirmed 10.77.0.10 '*.10>*.20:INVITE' '*.20>*.10:100/INVITE'
}
