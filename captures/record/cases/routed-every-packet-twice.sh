# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A healthy call between two networks, recorded on the any device of the router: every packet twice, the second with a lower TTL."
say="The call is healthy; the copies are not retransmissions."
healthy=true
record() {
    host caller 10.77.0.10
    host router 10.77.0.1
    host callee 10.77.1.20
    ip -n "$(netns router)" address add 10.77.1.1/24 dev eth0
    on router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
    ip -n "$(netns caller)" route add default via 10.77.0.1
    ip -n "$(netns callee)" route add default via 10.77.1.1
    sipp_server callee uas.xml
    capture router any
    sipp_client caller 10.77.1.20 uac.xml RURI=sip:bob@10.77.1.20
}
