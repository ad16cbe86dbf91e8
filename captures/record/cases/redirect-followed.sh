# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), SIPp 3.6 (callees)"
happened="A 302 names another place; the caller calls it at once, with the Contact as its Request-URI. The call succeeds."
say="The call is healthy; the redirection was followed."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host other 10.77.0.30
    sipp_server callee uas-reply.xml "STATUS=302 Moved Temporarily" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    sipp_server other uas.xml
    capture
    baresip_run caller 4 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20"
}
expect() { :; }
