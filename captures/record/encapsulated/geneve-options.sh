# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="GENEVE with an option"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays geneve key=7
    local host
    for host in caller callee; do
        ovs "$host" ovs-ofctl add-tlv-map inner "{class=0xffff,type=0x01,len=8}->tun_metadata0"
        ovs "$host" ovs-ofctl add-flow inner "priority=1,in_port=LOCAL,actions=set_field:0x1234567890abcdef->tun_metadata0,output:tunnel"
    done
    FILTER="" capture
    one_call caller callee
}
