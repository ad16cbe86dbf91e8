# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (callers, callee), Kamailio 5.6 with topoh (border element)"
happened="Two calls from the same number to the same number at once, over a border element that keeps nothing but the numbers."
say="The calls are healthy. Which leg belongs to which cannot be told, and is not."
healthy=true
record() {
    host caller 10.77.0.10
    host border 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml RING_MS=1500
    kamailio_start border HIDE_TOPOLOGY=1 <<'END'
route[CASE] {
    # Routing takes longer than the second caller needs.
    usleep("100000");
    $du = "sip:10.77.0.20";
    route(RELAY);
}
END
    capture
    PORT=5070 sipp_client caller 10.77.0.2 uac.xml &
    PORT=5080 sipp_client caller 10.77.0.2 uac.xml
    wait $!
}
