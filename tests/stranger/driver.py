# SPDX-License-Identifier: Apache-2.0
"""A client's sockets: sending, waiting for what is wanted, repeating what was not answered."""

import select
import time

PATIENCE_S = 3.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.25, 1.0
CLOCK_STEP_S = 0.02
LARGEST = 65_535


class Driver:
    """Who derives from it understands datagrams (receive) and has clocks (do_what_is_due)."""

    def __init__(self, endpoint):
        """endpoint: the gateway's (address, port); what comes from elsewhere is not taken."""
        self.endpoint = endpoint
        self.paths, self.bound = [], None
        self.events = []

    def receive(self, datagram, path):
        """The Event that this datagram is."""
        raise NotImplementedError

    def do_what_is_due(self):
        raise NotImplementedError

    def add(self, path):
        self.paths.append(path)
        return path

    def close(self):
        for path in self.paths:
            path.close()

    def send(self, datagram, path=None):
        (path or self.bound).socket.sendto(datagram, self.endpoint)

    def wait(self, wanted, timeout_s=PATIENCE_S):
        """The next event for which wanted(event) holds, or None when time is up."""
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            self.do_what_is_due()
            pause = min(left, CLOCK_STEP_S)
            ready = select.select([p.socket for p in self.paths], [], [], pause)[0]
            for path in [p for p in self.paths if p.socket in ready]:
                datagram, source = path.socket.recvfrom(LARGEST)
                if source != self.endpoint:
                    continue
                event = self.receive(datagram, path)
                self.events.append(event)
                if wanted(event):
                    return event
        return None

    def exchange(self, datagram, path, wanted, first_wait_s=FIRST_WAIT_S):
        """Sends the same bytes until wanted(event) holds of what comes; None: it did not."""
        pause, deadline = first_wait_s, time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.send(datagram, path)
            event = self.wait(wanted, pause)
            if event is not None:
                return event
            pause = min(2 * pause, LONGEST_WAIT_S)
        return None
