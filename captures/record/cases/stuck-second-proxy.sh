# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (two proxies)"
happened="The second of two proxies sends 100 and forwards nothing, though an earlier call went through it."
say="Stuck on 100: the second proxy never forwarded the INVITE."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host proxy2 10.77.0.3
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy <<'END'
route[CASE] {
    $du = "sip:10.77.0.3";
    route(RELAY);
}
END
    kamailio_start proxy2 FR_TIMER=90000 FR_INV_TIMER=180000 <<'END'
route[CASE] {
    if ($rU == "carol") {
        # the mistake: suspended and never continued
        t_newtran();
        t_reply("100", "Trying");
        t_suspend();
        exit;
    }
    $rd = "10.77.0.20";
    route(RELAY);
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml RURI=sip:carol@10.77.0.2 TO=sip:carol@example.test &
    sleep 41
}
expect() {
    expect_rule stuck-on-trying error confirmed 10.77.0.3 '*.10>*.2:INVITE#2' '*.2>*.10:100/INVITE#2' '*.2>*.3:INVITE#2' '*.3>*.2:100/INVITE#2'
}
