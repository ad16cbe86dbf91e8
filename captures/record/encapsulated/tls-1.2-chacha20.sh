# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TLS 1.2, ChaCha20-Poly1305"
stacks="Python and OpenSSL 3.0 (caller), Kamailio 5.6 (callee)"
keys="tls-1.2-chacha20.keylog"
record() {
    call_over tls 5061 version=1.2 ciphers=ECDHE-RSA-CHACHA20-POLY1305
}
