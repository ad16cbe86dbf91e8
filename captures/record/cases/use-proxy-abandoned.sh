# shellcheck shell=bash disable=SC2034,SC2016
stacks="linphone 5.1 (caller), SIPp 3.6 (callee)"
happened="A 305 names a proxy; the caller ACKs it and does nothing more, while other traffic goes on for 20 s."
say="The 305 was abandoned: nothing followed within 10 s."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    linphone_run caller +1 "call sip:bob@10.77.0.20" +20 "quit"
}
expect() {
    expect_rule use-proxy-abandoned warning confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.20:ACK'
}
