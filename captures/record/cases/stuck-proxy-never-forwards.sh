# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="One call through the proxy succeeds; of the next one the proxy sends 100 and forwards nothing for 40 s."
say="Stuck on 100: the proxy sent it and never forwarded the INVITE although its other leg is in sight, so the fault is the proxy's own routing."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy FR_TIMER=90000 FR_INV_TIMER=180000 <<'END'
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
    expect_rule stuck-on-trying error confirmed 10.77.0.2 '*.10>*.2:INVITE#2' '*.2>*.10:100/INVITE#2'
}
