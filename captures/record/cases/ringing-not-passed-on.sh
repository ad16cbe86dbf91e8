# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee rings at once, but the proxy passes its 180 on to nobody; the answer follows after 12 s."
say="It was stuck on 100 past 8 s: the proxy withheld the callee's 180. Resolved by the answer."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml RING_MS=12000
    kamailio_start proxy <<'END'
route[CASE] {
    $rd = "10.77.0.20";
    t_on_reply("RINGING");
    route(RELAY);
}

onreply_route[RINGING] {
    if (t_check_status("180")) drop;
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule stuck-on-trying warning resolved 10.77.0.2 '*.2>*.10:100/INVITE' '*.20>*.2:180/INVITE' '*.2>*.10:200/INVITE'
}
