# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), SIPp 3.6 (callees)"
happened="A 301 names a new address, and the caller follows; 12 s later it calls the old address again, gets the same 301 and follows it."
say="The caller had forgotten the 301: a note. Both calls are healthy."
healthy=true
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host other 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=301 Moved Permanently" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server other uas.xml
    capture
    baresip_run caller 3 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
    sleep 9
    baresip_run caller 3 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() {
    expect_rule moved-permanently-forgotten note confirmed 10.77.0.10 '*.20>*.10:301/INVITE' '*.20>*.10:301/INVITE#2'
}
