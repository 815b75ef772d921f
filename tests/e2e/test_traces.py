# SPDX-License-Identifier: Apache-2.0
"""The quickstart leaves nothing behind, also when it is interrupted in the middle."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from lab import hugepages
from support import PROGRAMS, ROOT

NAMES = ("jvpn", "iperf3", "jvpn-gateway", "jvpn-udp-flow")


def processes():
    """Command names and ids of the programs that a lab runs."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "comm").read_text().strip() in NAMES:
                found.add((entry.name, (entry / "comm").read_text().strip()))
        except OSError:
            continue  # it ended meanwhile
    return found


def listing(path):
    return sorted(os.listdir(path)) if os.path.isdir(path) else None


def snapshot():
    """Everything of which a lab could leave something."""
    return {
        "mounts": Path("/proc/self/mounts").read_text(),
        "named namespaces": listing("/run/netns"),
        "interfaces": listing("/sys/class/net"),
        "DPDK runtime folders": listing("/run/dpdk"),
        "hugepages": hugepages.number(),
        "temporary folders": [f for f in listing(tempfile.gettempdir())
                              if f.startswith("jvpn-quickstart-")],
        "run folder": [f for f in listing("/run") if f.startswith(("jvpn", "dpdk"))],
    }


class Interruption(unittest.TestCase):
    def interrupt(self, marker, number, after_s=0.0):
        """Starts the quickstart, sends the signal once marker was printed; returns its output."""
        program = subprocess.Popen(
            [sys.executable, "-B", "-u", "-m", "lab.quickstart", "--build", PROGRAMS.build],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(program.stdout.close)
        said = []
        for line in program.stdout:
            said.append(line)
            if marker in line:
                break
        else:
            self.fail(f"'{marker}' was never printed: {''.join(said)}")
        time.sleep(after_s)
        program.send_signal(number)
        said.append(program.communicate(timeout=30)[0])
        return program.returncode, "".join(said)

    def assert_leaves_nothing(self, marker, number, after_s=0.0):
        before, running = snapshot(), processes()
        code, said = self.interrupt(marker, number, after_s)
        self.assertEqual(code, 128 + number, said)
        self.assertEqual(processes() - running, set())
        self.assertEqual(snapshot(), before)

    def test_interrupted_while_the_lab_is_laid_out(self):
        self.assert_leaves_nothing("hugepages", signal.SIGINT)

    def test_interrupted_while_traffic_flows_and_links_fail(self):
        self.assert_leaves_nothing("link_down:", signal.SIGINT, after_s=3.0)

    def test_terminated_while_traffic_flows(self):
        self.assert_leaves_nothing("ping through the tunnel", signal.SIGTERM, after_s=0.5)

    def test_killed_outright_leaves_no_process_and_no_namespace(self):
        """Nobody can take down after SIGKILL: the kernel does it for what the lab held."""
        before, running = snapshot(), processes()
        self.interrupt("ping through the tunnel", signal.SIGKILL)
        deadline = time.monotonic() + 10
        while processes() - running and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(processes() - running, set())
        after = snapshot()
        for what in ("mounts", "named namespaces", "interfaces", "DPDK runtime folders"):
            self.assertEqual(after[what], before[what])
