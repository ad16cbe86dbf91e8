# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller gives up while it rings; the callee takes the CANCEL with 200 and never ends the INVITE, while other traffic goes on."
say="The callee took the CANCEL and sent no 487 within 32 s."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-cancel-refused.xml "STATUS=200 OK" WAIT_MS=60000
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    sipp_client caller 10.77.0.20 uac-cancel-only.xml RURI=sip:bob@10.77.0.20 STATUS=200 WAIT_MS=1000 HOLD_MS=35000
}
expect() {
    expect_rule cancel-without-487 warning confirmed 10.77.0.20 '*.10>*.20:CANCEL' '*.20>*.10:200/CANCEL'
}
