# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="GRE with key and checksum, Ethernet within"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays gre key=7 csum=true
    FILTER="" capture
    one_call caller callee
}
