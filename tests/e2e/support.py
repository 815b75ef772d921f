# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: one lab for all tests of a class."""

import os
import sys
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from lab import iperf, preflight, topology  # noqa: E402  (the path above comes first)
from lab.deployment import Deployment, Programs, Settings  # noqa: E402
from lab.process import wait_until  # noqa: E402
from lab.topology import Topology  # noqa: E402

PROGRAMS = Programs(Path(os.environ.get("JVPN_BUILD", ROOT / "build-plain")))


def require_lab():
    """Raises with all that is missing: a skipped test would prove nothing."""
    missing = preflight.problems() + [f"not built: {p}" for p in PROGRAMS.missing()]
    if missing:
        raise RuntimeError("end-to-end tests cannot run, all that they show is unproven: "
                           + "; ".join(missing))


class LabCase(unittest.TestCase):
    """Networks and configuration; nothing runs yet. A failed test shows the programs' logs."""

    settings = Settings()
    offloads = False

    @classmethod
    def setUpClass(cls):
        require_lab()
        cls.stack = ExitStack()
        cls.addClassCleanup(cls.stack.close)
        folder = cls.stack.enter_context(tempfile.TemporaryDirectory(prefix="jvpn-e2e-"))
        cls.net = Topology(cls.stack, offloads=cls.offloads)
        cls.deployment = Deployment(cls.net, PROGRAMS, folder, cls.settings)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            self.show_logs()
        return result

    def show_logs(self):
        for program in (self.deployment.gateway, self.deployment.client):
            if program is not None:
                print(f"--- {program.name}'s log ends:\n{program.log()[-3000:]}", flush=True)

    @classmethod
    def ping(cls, address, count=3, *options):
        """Whether every echo request was answered."""
        done = cls.net.client.run("ping", "-n", "-c", count, "-i", "0.05", "-W", "2", *options,
                                   address, check=False)
        return done.returncode == 0 and f"{count} received" in done.stdout

    @classmethod
    def wait_for_ping(cls):
        """Until the gateway has resolved its neighbours: it drops what it cannot address yet."""
        for address in (topology.SERVER, topology.SERVER6):
            wait_until(lambda address=address: cls.ping(address, 1), 5.0)

    def wait_for(self, condition, what, timeout_s=10.0):
        value = wait_until(condition, timeout_s)
        self.assertTrue(value, f"in vain waited {timeout_s} s for {what}")
        return value


class RunningLabCase(LabCase):
    """Gateway, client with an ATTACHED session, and an iperf3 server behind the gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deployment.start(cls.stack)
        cls.server = iperf.Server(cls.net.server, topology.SERVER, cls.deployment.folder)
        cls.stack.callback(cls.server.stop)
        cls.wait_for_ping()

    @classmethod
    def megabits(cls, *options, seconds=2):
        """What the receiver of an iperf3 run saw, in Mbit/s, and the whole report."""
        report = iperf.measure(cls.net.client, cls.server, seconds, *options)
        end = report["end"]
        received = end["sum_received"] if "sum_received" in end else end["sum"]
        return received["bits_per_second"] / 1e6, report
