# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (client), SIPp 3.6 (registrar)"
happened="The registrar answers REGISTER with a 305; the phone gives up, while other traffic goes on."
say="The 305 to REGISTER was abandoned."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-request.xml METHOD=REGISTER "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    baresip_run caller 15 "<sip:alice@10.77.0.20>;regint=600"
}
expect() {
    expect_rule use-proxy-abandoned warning confirmed 10.77.0.10 '*.20>*.10:305/REGISTER'
}
