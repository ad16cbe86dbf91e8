# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="ERSPAN type III"
stacks="SIPp 3.6, Open vSwitch 3.1"
record() {
    overlays erspan key=7 erspan_ver=2 erspan_dir=1 erspan_hwid=4
    FILTER="" capture
    one_call caller callee
}
