# shellcheck shell=bash disable=SC2034
stacks="SIPp 3.6 (caller, callee)"
happened="A call over TCP with a small MTU: the INVITE spans several segments and several responses share one."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    ip -n "$(netns caller)" link set eth0 mtu 400
    TRANSPORT=t1 sipp_server callee uas-burst.xml
    capture
    TRANSPORT=t1 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
