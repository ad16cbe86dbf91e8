# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees), Kamailio 5.6 (proxy)"
happened="Two calls with a signed caller identity, attestation A. The first is signed for the number in From, and answered. The second is signed for another number than the one in From, and the callee refuses it with 438. (The signatures are not genuine.)"
say="The first call's identity fits it. The second's is of another caller: that is why it was refused."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    PORT=5061 sipp_server callee uas.xml
    PORT=5062 sipp_server callee uas-reply.xml "STATUS=438 Invalid Identity Header"
    kamailio_start proxy <<'END'
route[CASE] {
    # the number called chooses the callee
    $ru = "sip:bob@10.77.0.20:" + $rU;
    route(RELAY);
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml RURI=sip:5061@10.77.0.2 FROM=sip:+12155550101@example.test TO=sip:+12155550102@example.test \
        "EXTRA2=Identity: $(python3 "$RECORD_DIR/passport.py" 12155550101 12155550102)"
    sipp_client caller 10.77.0.2 uac.xml RURI=sip:5062@10.77.0.2 FROM=sip:+12155550101@example.test TO=sip:+12155550102@example.test \
        "EXTRA2=Identity: $(python3 "$RECORD_DIR/passport.py" 12155550199 12155550102)"
    sleep 5
}
expect() {
    expect_rule caller-identity note confirmed - '*.10>*.2:INVITE#1'
    expect_rule caller-identity error confirmed - '*.20>*.2:438/INVITE'
    expect_rule call-failed warning confirmed 10.77.0.20 '*.20>*.2:438/INVITE'
}
