#!/usr/bin/env python3
"""What a host on the Internet is sent all day: noise.py TARGET SECONDS SEEDS…

Datagrams to port 5060 that are no SIP, or damaged SIP; and TCP connections that
are never used, break off in the middle of a message, or say nonsense. SEEDS are
files with SIP messages; INVITE and what answers it are left out, so that calls can be counted.
"""

import pathlib
import random
import socket
import sys
import time

TARGET = (sys.argv[1], 5060)
UNTIL = time.monotonic() + float(sys.argv[2])
MOST_OPEN = 200

rng = random.Random(7)
seeds = [pathlib.Path(name).read_bytes() for name in sys.argv[3:]]
seeds = [seed for seed in seeds if b"INVITE" not in seed]


def damaged():
    """A message with some bytes changed, cut or repeated."""
    message = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 8)):
        # The first word stays what it is.
        at = rng.randrange(8, len(message))
        way = rng.randrange(3)
        if way == 0:
            message[at] = rng.randrange(256)
        elif way == 1:
            del message[at : at + rng.randrange(60)]
        else:
            message[at:at] = message[at : at + rng.randrange(200)]
        if len(message) < 20:
            break
    return bytes(message[:1400])


def nonsense():
    return rng.randbytes(rng.randrange(1, 1400))


udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
connections = []
while time.monotonic() < UNTIL:
    for _ in range(5):
        udp.sendto(damaged() if rng.random() < 0.7 else nonsense(), TARGET)
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    tcp.settimeout(1)
    try:
        tcp.connect(TARGET)
        way = rng.randrange(3)
        if way == 1:
            message = damaged()
            tcp.send(message[: rng.randrange(1, len(message) + 1)])
        elif way == 2:
            tcp.send(nonsense())
        connections.append(tcp)
    except OSError:
        tcp.close()
    while len(connections) > MOST_OPEN:
        connections.pop(0).close()
    time.sleep(0.05)
