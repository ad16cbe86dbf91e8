# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), SIPp 3.6 (callee, the named proxy), a packet filter"
happened="The first 305 is lost on its way (a packet filter at the caller drops it), so the caller repeats its INVITE to the old destination; the second 305 arrives and is obeyed."
say="The 305 was obeyed; the INVITE after the first 305 is a retransmission by a caller that had not seen it."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    swallow caller udp sport 5060 limit rate 1/hour burst 1 packets
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server newproxy uas.xml
    capture
    baresip_run caller 4 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE#-1' '*.10>*.30:INVITE'
}
