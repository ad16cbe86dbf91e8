# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (all hosts)"
happened="A phone registers for three seconds and is not heard of again. Six seconds later somebody calls it, and the registrar answers 480."
say="The registration had run out before the call: the phone did not refresh it."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host phone 10.77.0.40
    sipp_server callee uas-request.xml METHOD=REGISTER "EXTRA=Contact: <sip:bob@10.77.0.40:5060>;expires=3"
    PORT=5070 sipp_server callee uas-reply.xml "STATUS=480 Temporarily Unavailable"
    capture
    sipp_client phone 10.77.0.20 uac-request.xml METHOD=REGISTER RURI=sip:example.test FROM=sip:bob@example.test
    sleep 6
    sipp_client caller 10.77.0.20:5070 uac.xml RURI=sip:bob@example.test
}
expect() {
    expect_rule registration-lapsed warning confirmed 10.77.0.40 '*.20>*.40:200/REGISTER' '*.10>*.20:INVITE' '*.20>*.10:480/INVITE'
    expect_rule call-failed note confirmed 10.77.0.20 '*.10>*.20:INVITE' '*.20>*.10:480/INVITE'
}
