# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), SIPp 3.6 (callee, the named proxy), dnsmasq 2.90"
happened="A 305 names a proxy by host name; its SRV record leads to port 5080 of another name, and the caller goes there."
say="The 305 was obeyed: SRV and A records in the capture lead to 10.77.0.30 port 5080."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    host dns 10.77.0.53
    on dns dnsmasq --keep-in-foreground --no-resolv --no-hosts --conf-file=/dev/null --local=/example.test/ --srv-host=_sip._udp.proxy.example.test,node1.example.test,5080 --host-record=node1.example.test,10.77.0.30 &
    listening dns 53
    name_server caller 10.77.0.53
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@proxy.example.test>"
    PORT=5080 sipp_server newproxy uas.xml
    capture
    baresip_run caller 4 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.53>*.10:DNS#-1' '*.10>*.30:INVITE'
}
