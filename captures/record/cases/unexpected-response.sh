# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (both hosts)"
happened="OPTIONS every five seconds are answered for 70 s; then the far end sends a 200 whose branch is that of no request."
say="A response without a request: a note."
healthy=true
slow=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-request.xml METHOD=OPTIONS
    capture
    sipp_run caller -sf "$(scenario caller options.xml)" -p 5060 -r 1 -rp 5000 -m 1000 -timeout 300s 10.77.0.20 &
    sleep 75
    on callee python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.77.0.20", 5062))
s.sendto("\r\n".join([
    "SIP/2.0 200 OK",
    "Via: SIP/2.0/UDP 10.77.0.10;branch=z9hG4bK-nobody",
    "From: <sip:watch@10.77.0.10>;tag=1",
    "To: <sip:ping@10.77.0.20>;tag=2",
    "Call-ID: nobody@10.77.0.10",
    "CSeq: 1 OPTIONS",
    "Content-Length: 0", "", ""]).encode(), ("10.77.0.10", 5060))
'
    sleep 1
}
expect() {
    expect_rule unexpected-response note confirmed - '*.20>*.10:200/OPTIONS#-1'
}
