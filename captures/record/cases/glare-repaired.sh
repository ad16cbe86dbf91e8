# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller's re-INVITE is refused with 491; three seconds later it tries again, and it is taken."
say="The change came at a bad moment, and was repaired in time: a note."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-change.xml 'STATUS=491 Request Pending'
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    sipp_client caller 10.77.0.20 uac-change.xml RURI=sip:bob@10.77.0.20 WAIT_MS=3000
}
expect() {
    expect_rule glare note confirmed - '*.10>*.20:INVITE#2' '*.20>*.10:491/INVITE'
}
