# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees), Kamailio 5.6 (proxy)"
happened="The proxy forks to two callees: one sends 100 and then nothing, the other rings for 12 s and answers."
say="The call is healthy: one silent branch is not a silent call."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    host callee2 10.77.0.21
    sipp_server callee uas.xml RING_MS=12000
    sipp_server callee2 uas-cancelled.xml "FIRST=100 Trying" 'SECOND_VIA=Via:[$3]'
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
