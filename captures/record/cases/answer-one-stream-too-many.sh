# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The callee answers an offer of one stream with two."
say="The answer is invalid: it has more m= lines than the offer."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-answer.xml "ANSWER=m=audio [media_port] RTP/AVP 8 101\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\nm=video 6002 RTP/AVP 34"
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule answer-invalid error confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:200/INVITE'
    expect_rule short-call note confirmed 10.77.0.10 '*.20>*.10:200/INVITE' '*.10>*.20:BYE'
}
