# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="GRE with key and sequence number, Ethernet within"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays gre key=7 seq=true
    FILTER="" capture
    one_call caller callee
}
