# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The proxy sends 100, sits on the INVITE for 12 s, then forwards it; the callee rings at once."
say="It was stuck on 100 past 8 s (the proxy's wait) and resolved at 12 s."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy <<'END'
route[CASE] {
    t_newtran();
    t_reply("100", "Trying");
    sleep("12");
    $rd = "10.77.0.20";
    route(RELAY);
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule stuck-on-trying warning resolved 10.77.0.2 '*.10>*.2:INVITE' '*.2>*.10:100/INVITE' '*.2>*.20:INVITE' '*.2>*.10:180/INVITE'
}
