# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client, servers)"
happened="A MESSAGE is answered with a 305 and sent again to a third host."
say="The 305 to MESSAGE was ignored."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    host third 10.77.0.40
    sipp_server callee uas-request.xml METHOD=MESSAGE "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    sipp_server third uas-request.xml METHOD=MESSAGE
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac-message.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.40 uac-message.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.40
}
expect() {
    expect_rule use-proxy-ignored error confirmed 10.77.0.10 '*.20>*.10:305/MESSAGE' '*.10>*.40:MESSAGE'
}
