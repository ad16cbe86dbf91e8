# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (both hosts)"
happened="A client subscribes to message waiting; the server does not offer that event package and answers with 489."
say="The subscription was refused by the server."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-request.xml METHOD=SUBSCRIBE "STATUS=489 Bad Event" "EXTRA=Allow-Events: dialog"
    capture
    sipp_client caller 10.77.0.20 uac-request.xml METHOD=SUBSCRIBE RURI=sip:alice@example.test TO=sip:alice@example.test "EXTRA2=Event: message-summary"
}
expect() {
    expect_rule subscription-failed warning confirmed 10.77.0.20 '*.10>*.20:SUBSCRIBE' '*.20>*.10:489/SUBSCRIBE'
}
