# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller's re-INVITE is refused with 491; it tries again, but only after nine seconds."
say="The caller did not try again in its time, which is 2.1 to 4 seconds."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-change.xml 'STATUS=491 Request Pending'
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    sipp_client caller 10.77.0.20 uac-change.xml RURI=sip:bob@10.77.0.20 WAIT_MS=9000
}
expect() {
    expect_rule glare warning confirmed 10.77.0.10 '*.10>*.20:INVITE#2' '*.20>*.10:491/INVITE'
}
