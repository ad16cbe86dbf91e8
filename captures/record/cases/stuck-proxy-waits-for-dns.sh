# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy), dnsmasq 2.90"
happened="The proxy sends 100 and asks for the address of the next hop; the name server never answers."
say="Stuck on 100: the proxy forwarded nothing because its DNS queries stay unanswered."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    host dns 10.77.0.53
    name_server proxy 10.77.0.53
    on dns dnsmasq --keep-in-foreground --no-resolv --no-hosts --conf-file=/dev/null --address=/example.test/10.77.0.20 &
    swallow dns udp dport 53
    sipp_server callee uas.xml
    kamailio_start proxy <<'END'
route[CASE] {
    if ($rU == "carol") {
        $rd = "pbx.example.test";
    } else {
        $rd = "10.77.0.20";
    }
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
    expect_rule stuck-on-trying error confirmed 10.77.0.2 '*.10>*.2:INVITE#2' '*.2>*.10:100/INVITE#2' '*.2>*.53:DNS'
}
