# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TLS 1.3, a session resumed"
stacks="Python and OpenSSL 3.0 (caller, callee)"
keys="tls-1.3-resumed.keylog"
record() {
    BARE_TLS=1 call_over tls 5061 version=1.3 resume=yes
}
