# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TLS 1.2, AES-CBC, encrypt-then-MAC"
stacks="Python and OpenSSL 3.0 (caller), Kamailio 5.6 (callee)"
keys="tls-1.2-aes-cbc.keylog"
record() {
    call_over tls 5061 version=1.2 ciphers=ECDHE-RSA-AES128-SHA256
}
