# SPDX-License-Identifier: Apache-2.0
"""The highest rate at which a paced UDP flow loses nothing, found step by step in bounded time."""

import time
from dataclasses import dataclass, field

from . import topology
from .flow import Flow

SIZE = 64                    # bytes of UDP payload
PORT = 9000
FIRST_RATE = 10_000          # datagrams per second
FACTOR = 1.5                 # from one rung of the ladder to the next
MOST_RUNGS = 12
HALVINGS = 2                 # of what lies between the last rung that held and the first that did not
TRIES = 2                    # the machine is shared: losing once may have been a stranger's doing
KEPT_PACE = 0.97             # of the rate, or the sender itself was too slow to say anything


@dataclass
class Step:
    """What one flow of a few seconds did."""
    rate: int
    sent_per_second: float
    arrived_per_second: float
    lost: int

    @property
    def holds(self):
        return self.lost == 0 and self.sent_per_second >= KEPT_PACE * self.rate


def measure(net, programs, folder, rate, seconds):
    """One flow from client to server."""
    flow = Flow("lossless", programs, net.client, net.server, f"{topology.SERVER}:{PORT}", folder,
                size=SIZE, rate_hz=rate, real_time=False)
    try:
        time.sleep(seconds)
        record = flow.stop()
    finally:
        flow.abandon()
    if len(record.arrivals) < 2:
        return Step(rate, 0, 0, record.sent)
    _, first_ns, _ = record.arrivals[0]
    _, last_ns, _ = max(record.arrivals)
    lasted = max(last_ns - first_ns, 1) / 1e9
    return Step(rate, record.sent / lasted, record.received / lasted, record.lost)


@dataclass
class Search:
    """`measure_at(rate)` gives a Step. What was tried stands in `steps`, in order."""
    measure_at: object
    tell: object = print
    steps: list = field(default_factory=list)

    def holds(self, rate):
        for _ in range(TRIES):
            step = self.measure_at(rate)
            self.steps.append(step)
            self.tell(step)
            if step.holds:
                return True
        return False

    def highest(self):
        """The highest rate that held, 0 when not even the first did."""
        held, failed = 0, FIRST_RATE
        for _ in range(MOST_RUNGS):
            if not self.holds(failed):
                break
            held, failed = failed, int(failed * FACTOR)
        else:
            return held
        for _ in range(HALVINGS if held else 0):
            middle = (held + failed) // 2
            if self.holds(middle):
                held = middle
            else:
                failed = middle
        return held
