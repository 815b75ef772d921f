# SPDX-License-Identifier: Apache-2.0
"""iperf3 servers and runs."""

import json
import time

from . import process
from .process import CommandFailed

PORT = 5201
BUSY_TRIES, BUSY_WAIT_S = 10, 0.5
STILL_CLOSING = ("server is busy", "Connection reset by peer")


class Server:
    """iperf3 -s in a namespace, ready when the constructor returns."""

    def __init__(self, namespace, address, folder, port=PORT):
        self.namespace, self.address, self.port = namespace, address, port
        command = ["iperf3", "-s", "-B", address, "-p", port]
        self.program = process.Program(f"iperf3-server-{port}", command, folder, namespace)
        self.program.require(self._listening, "listening")

    def _listening(self):
        return self.namespace.run("ss", "-Hltn", f"sport = :{self.port}").stdout.strip()

    def stop(self):
        self.program.stop()


def measure(namespace, server, seconds, *options):
    """One run from the namespace to the server; returns iperf3's whole JSON report.

    An iperf3 server serves one test at a time and may still be closing the one before.
    """
    for attempt in range(1, BUSY_TRIES + 1):
        report = _run(namespace, server, seconds, *options)
        error = report.get("error")
        if error is None:
            return report
        if attempt < BUSY_TRIES and any(words in error for words in STILL_CLOSING):
            time.sleep(BUSY_WAIT_S)
            continue
        raise CommandFailed(f"iperf3: {error}")


def _run(namespace, server, seconds, *options):
    done = namespace.run("iperf3", "-J", "-c", server.address, "-p", server.port, "-t", seconds,
                         *options, check=False, timeout_s=seconds + 30)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError as error:
        said = done.stdout[-500:] + done.stderr[-500:]
        raise CommandFailed(f"iperf3 said no JSON: {said}") from error


def tcp_bits_per_second(namespace, server, seconds, downlink=False):
    """Throughput of one TCP flow as its receiver saw it, the first second left out."""
    options = ["-O", "1"] + (["-R"] if downlink else [])
    return measure(namespace, server, seconds, *options)["end"]["sum_received"]["bits_per_second"]
