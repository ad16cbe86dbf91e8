# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TLS 1.3, a record for 50 octets of a message"
stacks="Python and OpenSSL 3.0 (caller), Kamailio 5.6 (callee)"
keys="tls-1.3-split.keylog"
record() {
    call_over tls 5061 version=1.3 split=50
}
