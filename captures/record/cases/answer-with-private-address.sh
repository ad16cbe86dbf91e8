# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="Between public addresses the callee answers with a c= line that names 192.168.1.20."
say="The callee's media address is private, and cannot be reached by the caller."
healthy=false
record() {
    host caller 203.0.113.10
    host callee 203.0.113.20
    sipp_server callee uas-answer.xml MEDIA=192.168.1.20 "ANSWER=m=audio [media_port] RTP/AVP 8 101\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000"
    capture
    sipp_client caller 203.0.113.20 uac.xml RURI=sip:bob@203.0.113.20
}
expect() {
    expect_rule private-media-address warning confirmed 203.0.113.20 '*.20>*.10:200/INVITE'
}
