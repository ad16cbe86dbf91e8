# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (two proxies)"
happened="Each of two proxies takes the other for the destination of a number that nobody has; the call, which began with Max-Forwards 7, goes to and fro until that is used up."
say="The call goes in a circle between the two proxies; the 483 is its end."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host proxy2 10.77.0.3
    kamailio_start proxy 'NO_RECORD_ROUTE=1' <<'END'
route[CASE] {
    $du = "sip:10.77.0.3";
    route(RELAY);
}
END
    kamailio_start proxy2 'NO_RECORD_ROUTE=1' <<'END'
route[CASE] {
    $du = "sip:10.77.0.2";
    route(RELAY);
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml RURI=sip:99@example.test HOPS=7
}
expect() {
    expect_rule loop-detected error confirmed - '*.2>*.3:INVITE' '*.2>*.3:INVITE#2'
    expect_rule call-failed error confirmed - '*.10>*.2:INVITE' '*.2>*.10:483/INVITE'
}
