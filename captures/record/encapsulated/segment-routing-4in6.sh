# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="IPv4 in IPv6 with a segment routing header"
stacks="SIPp 3.6 (caller, callee), Linux 6.18 (seg6)"
WITH_IPV6=1
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    local host other
    for host in caller callee; do
        other=$([[ $host == caller ]] && echo 2 || echo 1)
        ip -n "$(netns $host)" address add "fd00:1::$((3 - other))/64" dev eth0 nodad
        on $host sysctl -qw net.ipv6.conf.all.seg6_enabled=1 net.ipv6.conf.eth0.seg6_enabled=1 net.ipv4.conf.all.rp_filter=0
        ip -n "$(netns $host)" -6 route add "fd00:2::$((3 - other))/128" encap seg6local action End.DX4 nh4 "${ADDRESS[$host]}" dev eth0
        ip -n "$(netns $host)" -6 route add "fd00:2::$other/128" via "fd00:1::$other"
        ip -n "$(netns $host)" route add "10.77.0.${other}0/32" encap seg6 mode encap segs "fd00:2::$other" dev eth0
    done
    FILTER="" capture
    one_call caller callee
}
