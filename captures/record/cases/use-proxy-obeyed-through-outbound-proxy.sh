# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), Kamailio 5.6 (outbound proxy), SIPp 3.6 (callee, the named proxy)"
happened="A 305 comes through the caller's outbound proxy; the caller puts the Contact into the Request-URI and sends to its outbound proxy, which passes it on to the Contact."
say="The 305 was obeyed, by way of the outbound proxy."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server newproxy uas.xml
    kamailio_start proxy </dev/null
    capture
    baresip_run caller 4 "<sip:alice@10.77.0.10>;regint=0;outbound=\"sip:10.77.0.2;lr\";audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.2:305/INVITE' '*.2>*.10:305/INVITE' '*.10>*.2:INVITE#2' '*.2>*.30:INVITE'
}
