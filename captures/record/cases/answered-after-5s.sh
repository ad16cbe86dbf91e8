# shellcheck shell=bash disable=SC2034
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee rings for five seconds and answers."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml RING_MS=5000
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
