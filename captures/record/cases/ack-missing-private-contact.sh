# shellcheck shell=bash disable=SC2034,SC2016
stacks="linphone 5.1 (caller), SIPp 3.6 (callee)"
happened="The callee answers from a public address with a private one in its Contact; the caller's ACK goes there and nobody is there. The callee repeats its 200 for half a minute."
say="No ACK reaches the callee, because its Contact is private."
healthy=false
slow=true
record() {
    host caller 203.0.113.10
    host callee 203.0.113.20
    INVITE_RETRANSMISSIONS=12
    sipp_server callee uas-unacknowledged.xml "EXTRA=Contact: <sip:bob@192.168.1.20>"
    answer_pings callee
    capture
    pings caller 203.0.113.20:5090
    linphone_run caller +1 "call sip:bob@203.0.113.20" +36 "quit"
}
expect() {
    expect_rule private-contact warning confirmed 203.0.113.20 '*.20>*.10:200/INVITE'
    expect_rule ack-missing error confirmed 203.0.113.20 '*.10>*.20:INVITE' '*.20>*.10:200/INVITE'
}
