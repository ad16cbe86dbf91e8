# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (two proxies)"
happened="Both proxies and the callee send 100; then the callee says nothing more for 40 s."
say="Stuck on 100: every hop forwarded and got a 100; the last one, the callee, is to blame."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host proxy2 10.77.0.3
    host callee 10.77.0.20
    sipp_server callee uas-trying.xml
    kamailio_start proxy <<'END'
route[CASE] {
    $du = "sip:10.77.0.3";
    route(RELAY);
}
END
    kamailio_start proxy2 'TARGET="10.77.0.20"' </dev/null
    capture
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml &
    sleep 41
}
expect() {
    expect_rule stuck-on-trying error confirmed 10.77.0.20 '*.10>*.2:INVITE' '*.2>*.10:100/INVITE' '*.2>*.3:INVITE' '*.3>*.2:100/INVITE' '*.3>*.20:INVITE' '*.20>*.3:100/INVITE'
}
