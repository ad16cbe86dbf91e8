# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="A call over TCP on both sides of a proxy."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    TRANSPORT=t1 sipp_server callee uas.xml
    kamailio_start proxy <<'END'
route[CASE] {
    $ru = "sip:bob@10.77.0.20;transport=tcp";
    route(RELAY);
}
END
    capture
    TRANSPORT=t1 sipp_client caller 10.77.0.2 uac.xml
}
