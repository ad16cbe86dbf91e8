# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="every packet twice: before and after NAT on one box"
stacks="SIPp 3.6 (caller, callee), Linux 6.18 (NAT)"
record() {
    host caller 10.77.0.10
    host nat 10.77.0.2
    host callee 10.78.0.20
    ip -n "$(netns nat)" address add 10.78.0.2/24 dev eth0
    ip -n "$(netns caller)" route add default via 10.77.0.2
    on nat sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.eth0.send_redirects=0
    on nat nft "add table ip nat; add chain ip nat out { type nat hook postrouting priority 100; }; add rule ip nat out ip saddr 10.77.0.0/24 ip daddr 10.78.0.0/24 masquerade"
    FILTER="" capture nat any
    one_call caller callee
}
