# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee sends no 100 and rings 9 s after the INVITE, over TCP."
say="The post-dial delay was 9 s, and the callee is to blame."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    TRANSPORT=t1 sipp_server callee uas.xml LATE_MS=9000
    capture
    TRANSPORT=t1 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule slow-post-dial-delay warning confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:180/INVITE'
}
