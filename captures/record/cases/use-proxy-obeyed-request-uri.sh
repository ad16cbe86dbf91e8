# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), SIPp 3.6 (callee, final callee), Kamailio 5.6 (the named proxy)"
happened="A 305 names a proxy; the caller puts the Contact into the Request-URI and calls it at once. The call succeeds."
say="The 305 was obeyed: the caller went to the named proxy (Request-URI := Contact) and the call succeeded."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    host callee2 10.77.0.21
    sipp_server callee uas-reply.xml "STATUS=305 Use Proxy" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server callee2 uas.xml
    kamailio_start newproxy 'TARGET="10.77.0.21"' </dev/null
    capture
    baresip_run caller 4 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() {
    expect_rule use-proxy-obeyed note confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.10>*.30:INVITE'
}
