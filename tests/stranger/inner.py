# SPDX-License-Identifier: Apache-2.0
"""Inner packets, byte by byte: IPv4, IPv6, ICMP echo, UDP."""

import itertools
import socket
import struct

from lab.wire import checksum

ICMP, UDP, ICMPV6 = 1, 17, 58
HOPS = 64
_identifiers = itertools.count(1)


def ipv4(source, destination, protocol, payload):
    def head(check):
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, HOPS, protocol,
                           check, socket.inet_aton(source), socket.inet_aton(destination))
    return head(checksum(head(0))) + payload


def ipv6(source, destination, protocol, payload):
    return struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, HOPS,
                       socket.inet_pton(socket.AF_INET6, source),
                       socket.inet_pton(socket.AF_INET6, destination)) + payload


def _icmp(kind, rest, pseudo=b""):
    body = struct.pack("!BBH", kind, 0, 0) + rest
    return body[:2] + struct.pack("!H", checksum(pseudo + body)) + body[4:]


def _icmpv6(kind, rest, source, destination):
    pseudo = (socket.inet_pton(socket.AF_INET6, source)
              + socket.inet_pton(socket.AF_INET6, destination)
              + struct.pack("!II", 4 + len(rest), ICMPV6))
    return _icmp(kind, rest, pseudo)


def udp(source, destination, payload):
    """IPv4 UDP; source and destination are (address, port); no checksum, which IPv4 allows."""
    head = struct.pack("!HHHH", source[1], destination[1], 8 + len(payload), 0)
    return ipv4(source[0], destination[0], UDP, head + payload)


def payload_of_udp(packet):
    """The payload of an IPv4 UDP packet without options, or None."""
    return packet[28:] if packet[0] == 0x45 and packet[9] == UDP else None


class Echo:
    """Compares equal to the echo reply that a request deserves, whatever its hop limit."""

    def __init__(self, source, destination, body):
        self.source, self.destination, self.body = source, destination, body

    def __eq__(self, packet):
        return packet[-len(self.body):] == self.body and self._addresses(packet)

    def _addresses(self, packet):
        if packet[0] >> 4 == 4:
            return packet[20] == 0 and packet[12:20] == (
                socket.inet_aton(self.source) + socket.inet_aton(self.destination))
        return packet[40] == 129 and packet[8:40] == (
            socket.inet_pton(socket.AF_INET6, self.source)
            + socket.inet_pton(socket.AF_INET6, self.destination))


def ping(offer, address, size=32):
    """An echo request from the session's inner address, and what equals its reply."""
    rest = struct.pack("!HH", 0x6A76, next(_identifiers) & 0xFFFF) + bytes(size)
    if ":" in address:
        packet = ipv6(offer["inner6"], address, ICMPV6,
                      _icmpv6(128, rest, offer["inner6"], address))
        return packet, Echo(address, offer["inner6"], rest)
    packet = ipv4(offer["inner4"], address, ICMP, _icmp(8, rest))
    return packet, Echo(address, offer["inner4"], rest)
