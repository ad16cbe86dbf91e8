# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="A healthy proxied call, recorded on the any device of the switch: every packet is seen at its way in and its way out."
say="The call is healthy; the copies are not retransmissions."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture hub any
    sipp_client caller 10.77.0.2 uac.xml
}
