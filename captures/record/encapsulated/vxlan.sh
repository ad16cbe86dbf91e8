# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="VXLAN"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays vxlan key=7
    FILTER="" capture
    one_call caller callee
}
