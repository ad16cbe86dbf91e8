# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller), Kamailio 5.6 (proxy)"
happened="The proxy tries to forward to an address that nobody has: only its unanswered ARP requests are on the wire."
say="Stuck on 100: the proxy did try; its ARP requests for the next hop are unanswered."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    kamailio_start proxy 'TARGET="10.77.0.99"' 'FR_TIMER=90000' </dev/null
    capture
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml &
    sleep 41
}
expect() {
    expect_rule stuck-on-trying error confirmed 10.77.0.99 '*.10>*.2:INVITE' '*.2>*.10:100/INVITE' '*.2>*.99:ARP'
}
