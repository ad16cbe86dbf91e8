# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="ERSPAN type II"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays erspan key=7 erspan_ver=1 erspan_idx=3
    FILTER="" capture
    one_call caller callee
}
