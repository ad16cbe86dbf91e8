# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="TLS 1.3, the keys in a block of the capture"
stacks="Python and OpenSSL 3.0 (caller), Kamailio 5.6 (callee)"
extension=pcapng
record() {
    call_over tls 5061 version=1.3
    editcap --inject-secrets "tls,$WORK/keys" "$CAPTURE" "$CAPTURE.new"
    mv "$CAPTURE.new" "$CAPTURE"
    rm "$OUT_DIR/$CASE.keylog"
}
