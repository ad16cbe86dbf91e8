# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callees), Kamailio 5.6 (proxy)"
happened="The proxy forks to two callees: one answers, and the other just as it is cancelled. The caller does not know the second answer, which comes again and again, while other traffic goes on."
say="Both answered, and the second answer was left hanging."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    host callee2 10.77.0.21
    INVITE_RETRANSMISSIONS=10
    sipp_server callee uas.xml RING_MS=1000
    sipp_server callee2 uas-answers-too.xml USER=carol
    answer_pings callee
    kamailio_start proxy <<'END'
route[CASE] {
    $ru = "sip:bob@10.77.0.20";
    append_branch("sip:carol@10.77.0.21");
    route(RELAY);
}
END
    capture
    pings caller 10.77.0.20:5090
    sipp_client caller 10.77.0.2 uac.xml TALK_MS=36000
}
expect() {
    expect_rule forked-answers warning confirmed 10.77.0.10 '*.20>*.2:200/INVITE' '*.21>*.2:200/INVITE'
}
