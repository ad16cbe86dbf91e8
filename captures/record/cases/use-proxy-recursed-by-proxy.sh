# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee, the named proxy), Kamailio 5.6 (proxy with uac_redirect)"
happened="The proxy follows the 305 itself: same CSeq, new branch; the caller never sees a 305."
say="The 305 was obeyed by the proxy that received it."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server newproxy uas.xml
    kamailio_start proxy RECURSE=1 <<'END'
route[CASE] {
    $rd = "10.77.0.20";
    t_on_failure("REDIRECTED");
    route(RELAY);
}

failure_route[REDIRECTED] {
    if (t_check_status("3[0-9][0-9]")) {
        get_redirects("*");
        route(RELAY);
    }
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.2 '*.20>*.2:305/INVITE' '*.2>*.30:INVITE'
}
