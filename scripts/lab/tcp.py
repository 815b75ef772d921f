# SPDX-License-Identifier: Apache-2.0
"""TCP connections that must live through a jump: a paced one and an idle one, watched alike."""

import re
import socket

from . import process

PORT = 5300
ENOUGH = 100_000  # bytes: more than a control connection carries


class PacedFlow:
    """One TCP connection paced at a rate, from the namespace to the server, until stopped."""

    def __init__(self, namespace, server, megabits, folder, seconds=3600):
        self.server = server
        # Small writes, so that pacing does not send a burst of 90 packets every 20 ms.
        self.program = process.Program(
            "iperf3-paced", ["iperf3", "-c", server.address, "-p", server.port, "-t", seconds, "-b",
                             f"{megabits}M", "-l", "8K", "--connect-timeout", "5000"],
            folder, namespace)
        self.program.require(lambda: self.received(), "data flowing")
        self.connection = self.received()[0]

    def received(self):
        """(connection, bytes) of the busiest connection at the server's end, or None."""
        text = self.server.namespace.run(
            "ss", "-HtniO", "state", "established", f"sport = :{self.server.port}").stdout
        seen = []
        for line in text.splitlines():
            peer = re.search(r"(\S+:\d+)\s+(\S+:\d+)\s", line)
            count = re.search(r"bytes_received:(\d+)", line)
            if peer and count and int(count.group(1)) > ENOUGH:
                seen.append((int(count.group(1)), peer.group(2)))
        return (max(seen)[1], max(seen)[0]) if seen else None

    def alive_since(self, bytes_before):
        """Whether the same connection still exists and its bytes have risen above bytes_before."""
        def risen():
            now = self.received()
            return now is not None and now[0] == self.connection and now[1] > bytes_before
        return self.program.running() and bool(process.wait_until(risen, timeout_s=5.0))

    def bytes(self):
        now = self.received()
        return now[1] if now and now[0] == self.connection else 0

    def stop(self):
        self.program.stop()


class IdleConnection:
    """A connection that says nothing until asked whether it lives: no uplink traffic of its own."""

    def __init__(self, client_namespace, server_namespace, address):
        with server_namespace.entered():
            listener = socket.create_server((address, PORT))
        with client_namespace.entered():
            self.client = socket.create_connection((address, PORT), timeout=5)
        self.server = listener.accept()[0]
        self.server.settimeout(5)
        listener.close()

    def bytes(self):
        return 0

    def alive_since(self, _bytes_before):
        """Whether a word still goes there and back."""
        try:
            self.client.sendall(b"still there?")
            self.server.sendall(self.server.recv(64))
            return self.client.recv(64) == b"still there?"
        except OSError:
            return False

    def stop(self):
        self.client.close()
        self.server.close()
