# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TCP, CRLF keep-alives between messages"
stacks="Python (caller), Kamailio 5.6 (callee)"
record() {
    call_over tcp 5060 pings=yes
}
