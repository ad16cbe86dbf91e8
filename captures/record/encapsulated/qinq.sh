# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="802.1ad (QinQ)"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    tagged "push_vlan:0x8100,set_field:4101->vlan_vid,push_vlan:0x88a8,set_field:4196->vlan_vid" \
        "dl_vlan=100" "pop_vlan,resubmit(,1)"
    local host
    for host in caller callee; do
        ovs "$host" ovs-ofctl -O OpenFlow13 add-flow inner "table=1,dl_vlan=5,actions=pop_vlan,output:LOCAL"
    done
    FILTER="" capture
    one_call caller callee
}
