# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 with topoh (border element)"
happened="A border element gives the far side a Call-ID and Vias of its own, and names the first Call-ID in X-CID. The call is rung, answered and released."
say="The call is healthy; its two Call-IDs are one call."
healthy=true
record() {
    host caller 10.77.0.10
    host border 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start border HIDE_TOPOLOGY=1 <<'END'
route[CASE] {
    append_hf("X-CID: $ci\r\n");
    $du = "sip:10.77.0.20";
    route(RELAY);
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
