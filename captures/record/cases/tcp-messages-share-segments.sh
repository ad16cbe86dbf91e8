# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="A call over TCP with a small MTU behind the proxy: a message spans several segments, and one segment holds the end of one message and the begin of the next."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    ip -n "$(netns proxy)" link set eth0 mtu 400
    TRANSPORT=t1 sipp_server callee uas-burst.xml
    kamailio_start proxy <<'END'
route[CASE] {
    $ru = "sip:bob@10.77.0.20;transport=tcp";
    route(RELAY);
}
END
    capture
    TRANSPORT=t1 sipp_client caller 10.77.0.2 uac.xml
}
