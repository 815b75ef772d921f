# SPDX-License-Identifier: Apache-2.0
"""One way of a client to its gateway, and what came by it."""

import socket
from dataclasses import dataclass


class Path:
    """A UDP socket at an address of the client's and a port of its own, and its path id."""

    def __init__(self, ident, namespace, address, interface):
        with namespace.entered():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.ident = ident
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        self.socket.bind((address, 0))

    @property
    def source(self):
        return self.socket.getsockname()

    def close(self):
        self.socket.close()


@dataclass(frozen=True)
class Event:
    """what: ack, cookie, message, packet, heartbeat or refused; value: what was understood."""
    what: str
    path: Path
    datagram: bytes
    value: object

    def is_message(self, *kinds):
        return self.what == "message" and self.value.kind in kinds
