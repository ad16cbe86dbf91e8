# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="GENEVE"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays geneve key=7
    FILTER="" capture
    one_call caller callee
}
