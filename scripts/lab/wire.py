# SPDX-License-Identifier: Apache-2.0
"""What an attacker on the path can do: see frames, keep them, send them again from anywhere."""

import select
import socket
import struct
import time
from dataclasses import dataclass, replace

ETH_P_ALL = 0x0003
ETHERTYPE_IPV4 = 0x0800
UDP = 17

# Outer format of docs/PROTOCOL.md: the first nibble of the payload, and the size to which
# REATTACH_REQUEST and _CONFIRM are padded.
HANDSHAKE_INIT, HANDSHAKE_CONFIRM, DATA, CONTROL, TICKETED = 1, 4, 5, 6, 7
REATTACH_SIZE = 256


def checksum(data):
    """RFC 1071."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[:len(data) // 2 * 2]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@dataclass(frozen=True)
class Datagram:
    """A UDP datagram over IPv4 as it passed on an Ethernet link."""
    macs: bytes        # destination and source, 12 bytes
    source: tuple      # (address, port)
    destination: tuple
    payload: bytes
    seen_ns: int = 0   # CLOCK_MONOTONIC

    @property
    def kind(self):
        return self.payload[0] >> 4 if self.payload else 0

    def sent_from(self, address, port):
        return replace(self, source=(address, port))

    def with_bit_flipped(self, index):
        """A forgery: one bit of the payload is another (index may be negative)."""
        payload = bytearray(self.payload)
        payload[index] ^= 0x01
        return replace(self, payload=bytes(payload))

    def frame(self):
        """Ethernet frame; UDP checksum 0, which IPv4 allows."""
        udp = struct.pack("!HHHH", self.source[1], self.destination[1], 8 + len(self.payload), 0)
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(self.payload), 0, 0, 64, UDP, 0,
                           socket.inet_aton(self.source[0]), socket.inet_aton(self.destination[0]))
        head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
        return self.macs + struct.pack("!H", ETHERTYPE_IPV4) + head + udp + self.payload


def parse(frame):
    """The Datagram in a frame, or None if it is anything else."""
    if len(frame) < 42 or struct.unpack("!H", frame[12:14])[0] != ETHERTYPE_IPV4:
        return None
    head_size = (frame[14] & 0x0F) * 4
    if frame[23] != UDP:
        return None
    udp = frame[14 + head_size:]
    source_port, destination_port, length = struct.unpack("!HHH", udp[:6])
    return Datagram(frame[:12], (socket.inet_ntoa(frame[26:30]), source_port),
                    (socket.inet_ntoa(frame[30:34]), destination_port), udp[8:length],
                    time.monotonic_ns())


class Tap:
    """Sees everything on one interface of a namespace, and can put frames onto its wire."""

    def __init__(self, namespace, interface):
        with namespace.entered():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((interface, ETH_P_ALL))

    def close(self):
        self.socket.close()

    def send(self, datagram):
        self.socket.send(datagram.frame())

    def forget(self):
        """Drops what was seen so far."""
        while select.select([self.socket], [], [], 0)[0]:
            self.socket.recv(65536)

    def next(self, wanted, timeout_s=5.0):
        """The next datagram for which wanted(datagram) holds, or None when time is up."""
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self.socket], [], [], left)[0]:
                return None
            datagram = parse(self.socket.recv(65536))
            if datagram is not None and wanted(datagram):
                return datagram
        return None

    def all(self, wanted, for_s):
        """Every datagram seen within for_s for which wanted(datagram) holds."""
        found = []
        deadline = time.monotonic() + for_s
        while (left := deadline - time.monotonic()) > 0:
            one = self.next(wanted, left)
            if one is not None:
                found.append(one)
        return found
