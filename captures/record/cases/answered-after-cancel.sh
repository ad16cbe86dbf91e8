# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee answers as the caller cancels; the caller forgets the call, and the 200 comes again and again until the callee gives up, while other traffic goes on."
say="The answer crossed the CANCEL, and the caller sent neither ACK nor BYE."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-answers-cancel.xml
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    sipp_client caller 10.77.0.20 uac-cancel-only.xml RURI=sip:bob@10.77.0.20 STATUS=200 WAIT_MS=1000 HOLD_MS=36000
}
expect() {
    expect_rule answered-after-cancel warning confirmed 10.77.0.10 '*.10>*.20:CANCEL' '*.20>*.10:200/INVITE'
    # its 200 is made from a short template
    expect_rule dtmf-mismatch warning confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:200/INVITE'
}
