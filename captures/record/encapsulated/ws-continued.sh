# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="SIP over WebSocket, continuation frames"
stacks="Python (caller), Kamailio 5.6 (callee)"
record() {
    call_over ws 8080 frame=120
}
