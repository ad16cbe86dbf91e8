# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee takes the TCP connection and the INVITE, acknowledges the segment and never says a word of SIP."
say="No response: TCP works, the application does not answer."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host third 10.77.0.40
    TRANSPORT=t1 sipp_server callee uas.xml LATE_MS=300000
    answer_pings third
    capture
    pings caller 10.77.0.40:5090
    TRANSPORT=t1 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 &
    sleep 37
}
expect() {
    expect_rule no-response error confirmed 10.77.0.20 '*.10>*.20:INVITE'
}
