# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="IPv6"
stacks="SIPp 3.6 (caller, callee), Linux 6.18"
WITH_IPV6=1
record() {
    host caller fd00:77::10
    host callee fd00:77::20
    FILTER="" capture
    one_call caller callee
}
