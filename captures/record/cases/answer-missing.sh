# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee answers an INVITE that offers PCMA with a 200 without SDP."
say="The 200 must answer the offer, and does not."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-no-answer.xml
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule no-answer-sdp error confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:200/INVITE'
    expect_rule short-call note confirmed 10.77.0.10 '*.20>*.10:200/INVITE' '*.10>*.20:BYE'
}
