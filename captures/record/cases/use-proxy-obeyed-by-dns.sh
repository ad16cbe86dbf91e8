# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), SIPp 3.6 (callee, the named proxy), dnsmasq 2.90"
happened="A 305 names a proxy by host name; the caller asks DNS for it and calls the address it is given."
say="The 305 was obeyed: DNS in the capture gives 10.77.0.30 for the named proxy."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    host dns 10.77.0.53
    on dns dnsmasq --keep-in-foreground --no-resolv --no-hosts --conf-file=/dev/null --address=/proxy.example.test/10.77.0.30 &
    listening dns 53
    name_server caller 10.77.0.53
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@proxy.example.test>"
    sipp_server newproxy uas.xml
    capture
    baresip_run caller 4 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.53>*.10:DNS#-1' '*.10>*.30:INVITE'
}
