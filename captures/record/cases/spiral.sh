# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (two proxies)"
happened="The second proxy forwards the call to another user of the first one, so that the request passes the first proxy twice, with another Request-URI."
say="The call is healthy: a spiral is no loop."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host proxy2 10.77.0.3
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy <<'END'
route[CASE] {
    if ($rU == "carol") {
        $ru = "sip:carol@10.77.0.20";
    } else {
        $ru = "sip:bob@10.77.0.3";
    }
    route(RELAY);
}
END
    kamailio_start proxy2 <<'END'
route[CASE] {
    $ru = "sip:carol@10.77.0.2";
    route(RELAY);
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
