# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller, callee), Kamailio 5.6 (registrar, proxy)"
happened="Two soft phones register and call each other; RTP is in the capture."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    registrar_start proxy
    FILTER="" capture
    baresip_start callee 30 "<sip:bob@10.77.0.2>;regint=60;answermode=auto;audio_codecs=pcma"
    baresip_run caller 3 "<sip:alice@10.77.0.2>;regint=60;audio_codecs=pcma" "/dial sip:bob@10.77.0.2"
}
