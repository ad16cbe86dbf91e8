# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee answers 200 with port 0 for the only stream; the caller hangs up after a second."
say="No common codec: the call is up, and no media can flow."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-answer.xml "ANSWER=m=audio 0 RTP/AVP 8"
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule no-common-codec error confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:200/INVITE'
    expect_rule short-call note confirmed 10.77.0.10 '*.20>*.10:200/INVITE' '*.10>*.20:BYE'
}
