# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The proxy relays the callee's 302 upstream; the caller ACKs it and gives up, while other traffic goes on."
say="The 302 was abandoned by the caller, the last hop that received it."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-reply.xml "STATUS=302 Moved Temporarily" "EXTRA=Contact: <sip:bob@10.77.0.30>"
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    pings caller 10.77.0.2
    sipp_client caller 10.77.0.2 uac.xml
    sleep 15
}
expect() {
    expect_rule redirect-abandoned warning confirmed 10.77.0.10 '*.20>*.2:302/INVITE' '*.2>*.10:302/INVITE'
}
