# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), a packet filter"
happened="The caller gives up while it rings; a packet filter at the callee drops each CANCEL in silence, while other traffic goes on."
say="The CANCEL was never answered, and the callee rings on."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-cancel-refused.xml "STATUS=200 OK" WAIT_MS=60000
    answer_pings callee
    swallow callee 'udp dport 5060 @th,64,48 0x43414e43454c'
    capture
    pings caller 10.77.0.20:5090
    sipp_client caller 10.77.0.20 uac-cancel-only.xml RURI=sip:bob@10.77.0.20 STATUS=200 WAIT_MS=1000 HOLD_MS=35000
}
expect() {
    expect_rule cancel-unanswered warning confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.10>*.20:CANCEL' '*.10>*.20:CANCEL#-1'
}
