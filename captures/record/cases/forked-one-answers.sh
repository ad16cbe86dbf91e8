# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees), Kamailio 5.6 (proxy)"
happened="The proxy forks to two callees: both ring, one answers, the other is cancelled."
say="The call is healthy; the 487 of the other branch is the consequence of the answer."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    host callee2 10.77.0.21
    sipp_server callee uas.xml RING_MS=1500
    sipp_server callee2 uas-cancelled.xml 'SECOND_VIA=Via:[$3]'
    kamailio_start proxy <<'END'
route[CASE] {
    $ru = "sip:bob@10.77.0.20";
    append_branch("sip:bob@10.77.0.21");
    route(RELAY);
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
