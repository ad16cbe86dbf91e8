# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (caller)"
happened="The callee refuses the TCP connection: RST to the SYN, so no SIP at all is on the wire."
say="No SIP request was sent: the connection was refused (transport-failed)."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    capture
    baresip_run caller 3 "<sip:alice@10.77.0.10>;regint=0;audio_codecs=pcma" "/dial sip:bob@10.77.0.20;transport=tcp"
    sleep 1
}
expect() {
    expect_rule transport-failed error confirmed 10.77.0.20 '*.20>*.10:RST'
}
