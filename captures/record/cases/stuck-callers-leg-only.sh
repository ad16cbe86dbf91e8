# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (two proxies)"
happened="The chain with a silent callee once more, recorded at the caller's own interface."
say="Stuck on 100, but where is inconclusive: only the leg between caller and first proxy is visible."
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
    capture caller eth0
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml &
    sleep 41
}
expect() {
    expect_rule stuck-on-trying error inconclusive - '*.10>*.2:INVITE' '*.2>*.10:100/INVITE'
}
