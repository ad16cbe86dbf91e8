# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client, server), Kamailio 5.6 (the named proxy)"
happened="A MESSAGE is answered with a 305 and sent again to the named proxy, which delivers it."
say="The 305 to MESSAGE was obeyed."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    host callee2 10.77.0.21
    sipp_server callee uas-request.xml METHOD=MESSAGE "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    sipp_server callee2 uas-request.xml METHOD=MESSAGE
    kamailio_start newproxy 'TARGET="10.77.0.21"' </dev/null
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac-message.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac-message.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.30
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/MESSAGE' '*.10>*.30:MESSAGE'
}
