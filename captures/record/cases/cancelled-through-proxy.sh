# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (proxy), baresip 1.0 (callee)"
happened="The caller gives up while it rings at the other side of a proxy."
say="The caller cancelled; the 487 is the consequence, not a fault."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    baresip_start callee 60 "<sip:bob@10.77.0.20>;regint=0;answermode=manual"
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac-cancel.xml PROGRESS=100 WAIT_MS=3000
}
