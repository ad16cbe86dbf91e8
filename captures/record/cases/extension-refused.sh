# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee answers an INVITE with 420, as it does not know precondition; the caller requires it once more, and gets 420 again."
say="The caller repeated what had been refused."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reply-twice.xml "STATUS=420 Bad Extension" "EXTRA=Unsupported: precondition"
    capture
    export CALL_ID=extension@10.77.0.10
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 CSEQ=1 "EXTRA2=Require: precondition"
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 CSEQ=2 "EXTRA2=Require: 100rel, precondition"
}
expect() {
    expect_rule extension-refused error confirmed 10.77.0.10 '*.20>*.10:420/INVITE' '*.10>*.20:INVITE#2'
    expect_rule call-failed warning confirmed 10.77.0.20 '*.10>*.20:INVITE#2' '*.20>*.10:420/INVITE#2'
}
