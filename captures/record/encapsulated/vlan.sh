# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="802.1Q"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    tagged "push_vlan:0x8100,set_field:4101->vlan_vid" "dl_vlan=5" "pop_vlan,output:LOCAL"
    FILTER="" capture
    one_call caller callee
}
