# SPDX-License-Identifier: Apache-2.0
"""The 1 kHz numbered UDP flow (benchmarks/flow) and what its arrivals say about a jump."""

import bisect
import json
import signal
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from .process import CommandFailed, Program

NS_PER_MS = 1_000_000
RATE_HZ = 1000
IN_FLIGHT_S = 0.3  # how long the receiver listens after the sender ended
ARRIVAL = struct.Struct("<QQQ")  # number, sent ns, arrived ns: benchmarks/flow/packet.h


@dataclass
class Record:
    """A finished flow: what was sent when, and what arrived when."""
    sent: int
    start_ns: int
    period_ns: int
    arrivals: list  # (number, sent_ns, arrived_ns) in the order of arrival

    def __post_init__(self):
        self.times = [arrived for _, _, arrived in self.arrivals]
        self.numbers = {number for number, _, _ in self.arrivals}

    @property
    def received(self):
        return len(self.numbers)

    @property
    def lost(self):
        return self.sent - self.received

    @property
    def duplicated(self):
        return len(self.arrivals) - len(self.numbers)

    def gap_ms(self, begin_ns, end_ns):
        """The longest silence that overlaps the window, less the flow's own period."""
        first = max(bisect.bisect_right(self.times, begin_ns) - 1, 0)
        last = bisect.bisect_left(self.times, end_ns)
        edges = self.times[first:last + 1]
        if not edges or edges[-1] < end_ns:
            edges = edges + [end_ns]  # nothing came any more: at least this long
        if edges[0] > begin_ns:
            edges = [begin_ns] + edges
        longest = max(b - a for a, b in zip(edges, edges[1:]))
        return max(longest - self.period_ns, 0) / NS_PER_MS

    def lost_between(self, begin_ns, end_ns):
        """How many of the numbers that were due in the window never arrived."""
        def index(at):
            return min(max(-(-(at - self.start_ns) // self.period_ns), 0), self.sent)
        return sum(n not in self.numbers for n in range(index(begin_ns), index(end_ns)))


class Flow:
    """One direction, from its start until stop()."""

    def __init__(self, name, programs, source, sink, to, folder, size=64, rate_hz=RATE_HZ,
                 real_time=True):
        """source, sink: namespaces; to: "address:port" of the sink.

        real_time: both ends run before all else, which makes times exact, and takes the cores from
        a tunnel that needs them.
        """
        command = [programs.flow] if real_time else [programs.flow, "--normal-priority"]
        self.arrivals_file = Path(folder) / f"{name}.arrivals"
        self.receiver = Program(f"{name}-receiver", [*command, "receive", "--at", to,
                                                     "--seconds", 3600, "--arrivals",
                                                     self.arrivals_file], folder, sink)
        port = to.rsplit(":", 1)[1]
        self.receiver.require(lambda: sink.run("ss", "-Hlun", f"sport = :{port}").stdout.strip(),
                              "listening")
        self.sender = Program(f"{name}-sender",
                              [*command, "send", "--to", to, "--rate", rate_hz,
                               "--seconds", 3600, "--size", size], folder, source)

    def stop(self):
        """Ends both ends in order and returns the Record."""
        for program in (self.sender, self.receiver):
            program.signal(signal.SIGINT)
            if program.wait(10) != 0:
                raise CommandFailed(f"{program.name}: {program.log()}")
            if program is self.sender:
                time.sleep(IN_FLIGHT_S)
        report = json.loads(self.sender.log().splitlines()[-1])
        # A packet of the flow before, held back by a link that was down, is not one of these.
        arrivals = [arrival for arrival in ARRIVAL.iter_unpack(self.arrivals_file.read_bytes())
                    if arrival[1] >= report["start_ns"]]
        return Record(report["sent"], report["start_ns"], report["period_ns"], arrivals)

    def abandon(self):
        """Ends both ends when nobody wants the record any more."""
        self.sender.stop()
        self.receiver.stop()
