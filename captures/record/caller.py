#!/usr/bin/env python3
"""The caller of the one call, over whatever transport: one message sent for each the callee waits for.

caller.py TRANSPORT LOCAL REMOTE PORT [OPTION=VALUE…]

TRANSPORT is udp, tcp, tls, ws or wss.
Options: version=1.2|1.3, ciphers=…, keylog=FILE, resume=yes, mac_then_encrypt=yes, coalesce=yes
(ACK and BYE in one write), split=OCTETS (of one write), frame=OCTETS (of one WebSocket frame),
binary=yes (WebSocket frames of that kind), pings=yes (CRLF keep-alives between messages).
"""

import base64
import os
import re
import socket
import ssl
import struct
import sys
import time

BRANCHES = {"INVITE": 1, "ACK": 2, "BYE": 3}
NO_ENCRYPT_THEN_MAC = 0x00080000


class Plain:
    """Bytes over a socket."""

    def __init__(self, sock, split):
        self.sock, self.split, self.rest = sock, split, b""

    def send(self, data):
        for at in range(0, len(data), self.split or len(data)):
            self.sock.sendall(data[at : at + (self.split or len(data))])
            if self.split:
                time.sleep(0.002)

    def more(self):
        data = self.sock.recv(65535)
        if not data:
            raise EOFError
        self.rest += data

    def receive(self):
        while True:
            self.rest = self.rest.lstrip(b"\r\n")
            head, blank, after = self.rest.partition(b"\r\n\r\n")
            if blank:
                length = int(re.search(rb"(?im)^content-length: *(\d+)", head)[1])
                if len(after) >= length:
                    self.rest = after[length:]
                    return head.decode()
            self.more()


class WebSocket(Plain):
    """RFC 6455 frames, of which ours are masked; RFC 7118: a message each."""

    def __init__(self, sock, host, frame, binary):
        super().__init__(sock, 0)
        self.frame, self.opcode = frame, 2 if binary else 1
        key = base64.b64encode(os.urandom(16)).decode()
        sock.sendall(
            f"GET / HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        assert b" 101 " in head, head

    def send(self, data):
        size = self.frame or len(data)
        for at in range(0, len(data), size):
            part, mask = data[at : at + size], os.urandom(4)
            first = (self.opcode if at == 0 else 0) | (0x80 if at + size >= len(data) else 0)
            if len(part) < 126:
                head = struct.pack("!BB", first, 0x80 | len(part))
            else:
                head = struct.pack("!BBH", first, 0x80 | 126, len(part))
            self.sock.sendall(head + mask + bytes(octet ^ mask[place % 4] for place, octet in enumerate(part)))
            time.sleep(0.01)

    def receive(self):
        while True:
            if len(self.rest) >= 2:
                length, at = self.rest[1] & 0x7F, 2
                if length == 126 and len(self.rest) >= 4:
                    length, at = struct.unpack("!H", self.rest[2:4])[0], 4
                if length != 126 and len(self.rest) >= at + length:
                    data, self.rest = self.rest[at : at + length], self.rest[at + length :]
                    if data.startswith(b"SIP/2.0"):
                        return data.decode()
                    continue
            self.more()


class Datagrams:
    def __init__(self, sock):
        self.sock = sock

    def send(self, data):
        self.sock.send(data)

    def receive(self):
        return self.sock.recv(65535).decode()


def connected(local, remote, port):
    family = socket.AF_INET6 if ":" in remote else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.bind((local, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.connect((remote, port))
    return sock


def secured(local, remote, port, options):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[options.get("version", "1.3")]
    context.minimum_version = context.maximum_version = version
    if "ciphers" in options:
        context.set_ciphers(options["ciphers"] + ":@SECLEVEL=0")
    if "mac_then_encrypt" in options:
        context.options |= NO_ENCRYPT_THEN_MAC
    context.keylog_filename = options["keylog"]
    name = "proxy.example.test"
    if "resume" not in options:
        return context.wrap_socket(connected(local, remote, port), server_hostname=name)
    first = context.wrap_socket(connected(local, remote, port), server_hostname=name)
    # The tickets of TLS 1.3 come after the handshake: a keep-alive makes sure that they were read.
    first.sendall(b"\r\n\r\n")
    first.recv(16)
    session = first.session
    # Closed only at the end: a connection that was cut takes its session along.
    global kept
    kept = first
    second = context.wrap_socket(connected(local, remote, port), server_hostname=name, session=session)
    assert second.session_reused
    return second


def main():
    transport, local, remote, port = *sys.argv[1:4], int(sys.argv[4])
    options = dict(argument.split("=", 1) for argument in sys.argv[5:])
    split = int(options.get("split", 0))
    if transport == "udp":
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((local, 5060))
        sock.connect((remote, port))
        link = Datagrams(sock)
    elif transport in ("tls", "wss"):
        sock = secured(local, remote, port, options)
    else:
        sock = connected(local, remote, port)
    if transport in ("ws", "wss"):
        link = WebSocket(sock, remote, int(options.get("frame", 0)), "binary" in options)
    elif transport in ("tls", "tcp"):
        link = Plain(sock, split)

    via = {"udp": "UDP", "tcp": "TCP", "ws": "WS", "wss": "WSS"}.get(transport, "TLS")
    at = f"[{local}]" if ":" in local else local
    to = f"[{remote}]" if ":" in remote else remote
    sdp = (
        f"v=0\r\no=alice 1 1 IN IP4 {local}\r\ns=-\r\nc=IN IP4 {local}\r\nt=0 0\r\n"
        "m=audio 6000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
    )

    def request(method, cseq, tag="", body=""):
        return (
            f"{method} sip:bob@{to};transport={via.lower()} SIP/2.0\r\n"
            f"Via: SIP/2.0/{via} {at};branch=z9hG4bK-one-{BRANCHES[method]};rport\r\n"
            "From: \"Alice\" <sip:alice@example.test>;tag=alice\r\n"
            f"To: <sip:bob@example.test>{tag}\r\n"
            "Call-ID: one-call@example.test\r\n"
            f"CSeq: {cseq} {method}\r\n"
            f"Contact: <sip:alice@{at};transport={via.lower()}>\r\n"
            "Max-Forwards: 70\r\n"
            + ("Content-Type: application/sdp\r\n" if body else "")
            + options.get("header", "")
            + f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def keep_alive():
        if "pings" in options:
            link.send(b"\r\n\r\n")
            time.sleep(0.1)

    keep_alive()
    body = sdp + "a=x-padding:" + "x" * int(options["padding"]) + "\r\n" if "padding" in options else sdp
    link.send(request("INVITE", 1, body=body))
    answer = ""
    while not answer.startswith("SIP/2.0 200"):
        answer = link.receive()
        print(answer.split("\r\n")[0], flush=True)
    tag = re.search(r"(?im)^to:[^\r\n]*(;tag=[^;\r\n]+)", answer)[1]
    keep_alive()
    if "coalesce" in options:
        link.send(request("ACK", 1, tag) + request("BYE", 2, tag))
    else:
        link.send(request("ACK", 1, tag))
        time.sleep(0.3)
        keep_alive()
        link.send(request("BYE", 2, tag))
    print(link.receive().split("\r\n")[0])


main()
