# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), SIPp 3.6 (callee), a packet filter"
happened="A 305 names a proxy; the caller goes there at once, but the proxy never answers."
say="The 305 was obeyed; the fault is the named proxy, which never answers."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    swallow newproxy udp dport 5060
    answer_pings callee
    capture
    pings caller 10.77.0.20:5090
    baresip_run caller 38 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.30:INVITE'
    expect_rule no-response error confirmed 10.77.0.30 '*.10>*.30:INVITE' '*.10>*.30:INVITE#-1'
}
