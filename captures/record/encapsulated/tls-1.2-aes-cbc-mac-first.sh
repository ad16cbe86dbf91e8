# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TLS 1.2, AES-CBC, MAC-then-encrypt"
stacks="Python and OpenSSL 3.0 (caller), Kamailio 5.6 (callee)"
keys="tls-1.2-aes-cbc-mac-first.keylog"
record() {
    call_over tls 5061 version=1.2 ciphers=ECDHE-RSA-AES256-SHA mac_then_encrypt=yes
}
