# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller gives up while it rings; the callee refuses the CANCEL with 481, as a server does that never saw the INVITE, and rings on."
say="The callee refused the CANCEL, so the call goes on without its caller."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-cancel-refused.xml "STATUS=481 Call/Transaction Does Not Exist" WAIT_MS=3000
    capture
    sipp_client caller 10.77.0.20 uac-cancel-only.xml RURI=sip:bob@10.77.0.20 STATUS=481 WAIT_MS=1000
}
expect() {
    expect_rule cancel-unanswered warning confirmed 10.77.0.20 '*.10>*.20:CANCEL' '*.20>*.10:481/CANCEL'
    expect_rule call-failed note confirmed 10.77.0.20 '*.20>*.10:480/INVITE'
}
