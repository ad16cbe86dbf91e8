# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller), Kamailio 5.6 (proxy), SIPp 3.6 (callee)"
happened="REGISTER is challenged with 401 and the INVITE with 407; both are repeated with credentials and succeed."
say="The call is healthy; the challenges were answered."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy 'TARGET="10.77.0.20"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    capture
    baresip_run caller 5 "<sip:alice@10.77.0.2>;auth_pass=secret;regint=60;audio_codecs=pcma" "/dial sip:bob@10.77.0.2"
}
