# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The proxy does not Record-Route; the caller sends its ACK to it all the same, with the proxy in the Request-URI, and so its BYE. The callee repeats its 200."
say="The ACK went to the proxy in place of the Contact, so it does not arrive."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy 'TARGET="10.77.0.20"' 'NO_RECORD_ROUTE=1' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml ACK_URI=sip:bob@10.77.0.2 TALK_MS=5000
}
expect() {
    expect_rule ack-misrouted error confirmed 10.77.0.10 '*.2>*.10:200/INVITE' '*.10>*.2:ACK'
    expect_rule ack-missing error confirmed 10.77.0.2 '*.20>*.2:200/INVITE' '*.10>*.2:ACK'
    expect_rule in-dialog-rejected warning confirmed 10.77.0.2 '*.10>*.2:BYE' '*.2>*.10:481/BYE'
}
