# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (proxy)"
happened="The next hop is reached over TCP and a packet filter drops every SYN."
say="Stuck on 100: the proxy did try; its SYNs to the next hop are unanswered."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    swallow callee tcp dport 5060
    kamailio_start proxy 'FR_TIMER=90000' <<'END'
route[CASE] {
    $ru = "sip:bob@10.77.0.20;transport=tcp";
    route(RELAY);
}
END
    capture
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml &
    sleep 41
}
expect() {
    expect_rule stuck-on-trying error confirmed 10.77.0.20 '*.10>*.2:INVITE' '*.2>*.10:100/INVITE' '*.2>*.20:SYN'
    expect_rule transport-failed error confirmed 10.77.0.20 '*.2>*.20:SYN#4'
}
