# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller offers 100rel and sends no PRACK; the callee repeats its reliable 183 for 7.5 s and then gives the call up with 500."
say="No PRACK acknowledged the reliable 183: the caller owes it. The 500 is the consequence."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-reliable.xml
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 "EXTRA=Supported: 100rel"
}
expect() {
    expect_rule reliable-provisional-lost warning confirmed 10.77.0.10 '*.10>*.20:INVITE' '*.20>*.10:183/INVITE' '*.20>*.10:183/INVITE#-1'
    expect_rule call-failed error confirmed 10.77.0.20 '*.20>*.10:500/INVITE'
}
