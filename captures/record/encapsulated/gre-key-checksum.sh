# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="GRE with key and checksum"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays gre packet_type=legacy_l3 key=7 csum=true
    no_ethernet
    FILTER="" capture
    one_call caller callee
}
