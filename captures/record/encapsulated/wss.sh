# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="SIP over secure WebSocket (TLS 1.3)"
stacks="Python and OpenSSL 3.0 (caller), Kamailio 5.6 (callee)"
keys="wss.keylog"
record() {
    call_over wss 8443 version=1.3
}
