#!/usr/bin/env python3
"""A callee over TLS, for what Kamailio's TLS does not do: resumed sessions.

callee.py ADDRESS PORT KEY CERTIFICATE: sends 100, is silent for nine seconds, rings, answers.
"""

import re
import socket
import ssl
import sys
import threading
import time


def answer(sock, request, status):
    lines = [f"SIP/2.0 {status}"]
    for line in request.split("\r\n")[1:]:
        name = line.split(":")[0].lower()
        if name in ("via", "from", "call-id", "cseq"):
            lines.append(line)
        elif name == "to":
            lines.append(line if status.startswith("100") or ";tag=" in line else f"{line};tag=bob")
    lines += ["Contact: <sip:bob@10.77.0.20:5061;transport=tls>", "Content-Length: 0", "", ""]
    sock.sendall("\r\n".join(lines).encode())


def serve(sock):
    rest = ""
    while data := sock.recv(65535):
        rest = (rest + data.decode()).lstrip("\r\n")
        if not rest:
            sock.sendall(b"\r\n")
        while "\r\n\r\n" in rest:
            head, after = rest.split("\r\n\r\n", 1)
            length = int(re.search(r"(?im)^content-length: *(\d+)", head)[1])
            if len(after) < length:
                break
            rest = after[length:].lstrip("\r\n")
            if head.startswith("INVITE"):
                answer(sock, head, "100 Trying")
                time.sleep(9)
                answer(sock, head, "180 Ringing")
                time.sleep(0.2)
                answer(sock, head, "200 OK")
            elif head.startswith("BYE"):
                answer(sock, head, "200 OK")


def connection(plain, context):
    try:
        with context.wrap_socket(plain, server_side=True) as sock:
            serve(sock)
    except OSError:
        pass


def main():
    address, port, key, certificate = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = socket.create_server((address, int(port)))
    while True:
        plain, _ = server.accept()
        threading.Thread(target=connection, args=(plain, context), daemon=True).start()


main()
