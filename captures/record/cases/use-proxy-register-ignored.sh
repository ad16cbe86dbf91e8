# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client), Kamailio 5.6 (registrar)"
happened="The registrar answers REGISTER with a 305; the client registers at the same place again and gets the same answer."
say="The 305 to REGISTER was ignored; the second one was abandoned."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    kamailio_start callee 'USE_PROXY="<sip:10.77.0.30>"' <<'END'
route[CASE] {
    exit;
}
END
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac-request.xml METHOD=REGISTER RURI=sip:10.77.0.20 TO=sip:alice@10.77.0.20 FROM=sip:alice@10.77.0.20 FROM_TAG=alice-305
    sleep 2
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac-request.xml FROM_TAG=alice-305 CSEQ=2 METHOD=REGISTER RURI=sip:10.77.0.20 TO=sip:alice@10.77.0.20 FROM=sip:alice@10.77.0.20
    pings caller 10.77.0.20
    sleep 13
}
expect() {
    expect_rule use-proxy-ignored error confirmed 10.77.0.10 '*.20>*.10:305/REGISTER' '*.10>*.20:REGISTER#2'
    expect_rule use-proxy-abandoned warning confirmed 10.77.0.10 '*.20>*.10:305/REGISTER#2'
}
