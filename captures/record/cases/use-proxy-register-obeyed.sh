# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client, registrar), Kamailio 5.6 (the named proxy)"
happened="The registrar answers REGISTER with a 305; the client registers by way of the named proxy."
say="The 305 to REGISTER was obeyed: the Request-URI was kept, the named proxy is the next hop."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-request.xml METHOD=REGISTER "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:10.77.0.30>"
    kamailio_start newproxy <<'END'
route[CASE] {
    save("location");
    exit;
}
END
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac-request.xml METHOD=REGISTER RURI=sip:10.77.0.20 TO=sip:alice@10.77.0.20 FROM=sip:alice@10.77.0.20 FROM_TAG=alice-305
    sleep 0.3
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.30 uac-request.xml FROM_TAG=alice-305 CSEQ=2 METHOD=REGISTER RURI=sip:10.77.0.20 TO=sip:alice@10.77.0.20 FROM=sip:alice@10.77.0.20 "EXTRA=Route: <sip:10.77.0.30;lr>"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/REGISTER' '*.10>*.30:REGISTER'
}
