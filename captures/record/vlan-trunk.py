#!/usr/bin/env python3
"""Two switches with an 802.1Q trunk between them, for kernels without VLAN devices.

vlan-trunk.py VLAN ACCESS TRUNK TRUNK_END OUTLET: frames that arrive at ACCESS leave
TRUNK with a tag, frames that arrive at TRUNK_END leave OUTLET without it, and back.
"""

import select
import socket
import struct
import sys

ETH_P_ALL = 3


def port(device):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    sock.bind((device, 0))
    return sock


def tagged(frame, vlan):
    return frame[:12] + struct.pack("!HH", 0x8100, vlan) + frame[12:]


def untagged(frame):
    return frame[:12] + frame[16:] if frame[12:14] == b"\x81\x00" else frame


def main():
    vlan = int(sys.argv[1])
    access, trunk, trunk_end, outlet = (port(device) for device in sys.argv[2:6])
    ways = {access: (trunk, True), trunk: (access, False), trunk_end: (outlet, False), outlet: (trunk_end, True)}
    while True:
        for sock in select.select(list(ways), [], [])[0]:
            frame, address = sock.recvfrom(65535)
            if address[2] == socket.PACKET_OUTGOING:
                continue
            out, tag = ways[sock]
            out.send(tagged(untagged(frame), vlan) if tag else untagged(frame))


main()
