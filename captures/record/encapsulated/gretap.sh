# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="GRE, Ethernet within"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays gre
    FILTER="" capture
    one_call caller callee
}
