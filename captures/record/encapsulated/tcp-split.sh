# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TCP, messages in segments of 100 octets"
stacks="Python (caller), Kamailio 5.6 (callee)"
record() {
    call_over tcp 5060 split=100
}
