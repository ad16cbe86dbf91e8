# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee rings 700 ms after the INVITE, which was retransmitted once in the meantime."
say="The first response came late, after one retransmission."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas.xml LATE_MS=700
    capture hub br0 --time-stamp-precision=nano
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule late-first-response note confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.10>*.20:INVITE#2' '*.20>*.10:180/INVITE'
}
