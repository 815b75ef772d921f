# SPDX-License-Identifier: Apache-2.0
"""Someone who puts frames onto a wire, many and for long."""

import itertools
import socket
import threading
import time

BATCH = 100  # frames between two looks at the clock


class Flood:
    """Sends `total` of the given frames in turn, at most `rate_hz` of them, from a thread."""

    def __init__(self, namespace, interface, frames, total, rate_hz):
        self.frames, self.total, self.rate_hz = frames, total, rate_hz
        self.sent, self.seconds = 0, 0.0
        self._stop = threading.Event()
        with namespace.entered():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self._socket.bind((interface, 0))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        began = time.monotonic()
        endless = itertools.cycle(self.frames)
        while self.sent < self.total and not self._stop.is_set():
            for frame in itertools.islice(endless, min(BATCH, self.total - self.sent)):
                self._send(frame)
            ahead = self.sent / self.rate_hz - (time.monotonic() - began)
            if ahead > 0:
                time.sleep(ahead)
        self.seconds = time.monotonic() - began

    def _send(self, frame):
        """Waits for room: a frame that the link's queue refused was not sent."""
        while not self._stop.is_set():
            try:
                self._socket.send(frame)
                self.sent += 1
                return
            except (BlockingIOError, OSError):
                time.sleep(0.001)

    def finish(self, timeout_s):
        """(frames sent, seconds it took), once all are sent or time is up."""
        self._thread.join(timeout_s)
        return self.sent, self.seconds or timeout_s

    def stop(self):
        self._stop.set()
        self._thread.join(5)
        self._socket.close()
