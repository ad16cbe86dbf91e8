# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (two proxies)"
happened="A call through two proxies; the callee sends a 100 of its own, as each proxy does."
say="The call is healthy; each hop's own 100 Trying is normal and none was forwarded."
healthy=true
extension=pcapng
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host proxy2 10.77.0.3
    host callee 10.77.0.20
    sipp_server callee uas-trying.xml HOLD_MS=300 "EXTRA=Server: SIPp"
    kamailio_start proxy <<'END'
route[CASE] {
    $du = "sip:10.77.0.3";
    route(RELAY);
}
END
    kamailio_start proxy2 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
