# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="MPLS, one label"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    tagged "push_mpls:0x8847,set_field:17->mpls_label" "mpls" "pop_mpls:0x0800,output:LOCAL"
    FILTER="" capture
    one_call caller callee
}
