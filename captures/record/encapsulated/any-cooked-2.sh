# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="any device, cooked v2"
stacks="SIPp 3.6 (caller, callee), Linux 6.18"
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    FILTER="" capture caller any -y LINUX_SLL2
    one_call caller callee
}
