# SPDX-License-Identifier: Apache-2.0
"""iperf3 runs, and a paced TCP flow whose life is watched from outside."""

import json
import re

from . import process
from .process import CommandFailed

PORT = 5201


class Server:
    """iperf3 -s in a namespace, ready when the constructor returns."""

    def __init__(self, namespace, address, folder, port=PORT):
        self.namespace, self.address, self.port = namespace, address, port
        self.program = process.Program(f"iperf3-server-{port}",
                                       ["iperf3", "-s", "-B", address, "-p", port], folder, namespace)
        self.program.require(self._listening, "listening")

    def _listening(self):
        return self.namespace.run("ss", "-Hltn", f"sport = :{self.port}").stdout.strip()

    def stop(self):
        self.program.stop()


def measure(namespace, server, seconds, *options):
    """One run from the namespace to the server; returns iperf3's whole JSON report."""
    done = namespace.run("iperf3", "-J", "-c", server.address, "-p", server.port, "-t", seconds,
                         *options, check=False, timeout_s=seconds + 30)
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise CommandFailed(f"iperf3 said no JSON: {done.stdout[-500:]}{done.stderr[-500:]}") from error
    if "error" in report:
        raise CommandFailed(f"iperf3: {report['error']}")
    return report


def tcp_bits_per_second(namespace, server, seconds, downlink=False):
    """Throughput of one TCP flow as its receiver saw it, the first second left out."""
    options = ["-O", "1"] + (["-R"] if downlink else [])
    return measure(namespace, server, seconds, *options)["end"]["sum_received"]["bits_per_second"]


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
            if peer and count and int(count.group(1)) > 100_000:
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
