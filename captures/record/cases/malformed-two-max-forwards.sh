# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client, callee)"
happened="An OPTIONS has two Max-Forwards with different values; the callee answers it all the same."
say="The client's request is malformed: the header may stand once."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-request.xml METHOD=OPTIONS
    capture
    sipp_client caller 10.77.0.20 uac-request.xml METHOD=OPTIONS RURI=sip:bob@10.77.0.20 "EXTRA2=Max-Forwards: 5"
}
expect() {
    expect_rule malformed-message error confirmed 10.77.0.10 '*.10>*.20:OPTIONS'
}
