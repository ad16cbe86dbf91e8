# shellcheck shell=bash disable=SC2034
# shellcheck source=../one-call.sh
source "$RECORD_DIR/one-call.sh"
encapsulation="HEP 2"
stacks="Python (caller), Kamailio 5.6 (callee, siptrace)"
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host collector 10.77.0.30
    on collector python3 -c "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('', 9060)); time.sleep(30)" &
    callee_start callee 5060 -l udp:10.77.0.20:5060 -A HEP=2
    FILTER="port 9060" capture
    on caller python3 "$RECORD_DIR/caller.py" udp 10.77.0.10 10.77.0.20 5060
}
