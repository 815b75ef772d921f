# SPDX-License-Identifier: Apache-2.0
"""The quickstart leaves nothing behind, also when it is interrupted in the middle."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid
from pathlib import Path

from lab import hugepages
from lab.process import wait_until
from support import PROGRAMS, ROOT

MARK = "JVPN_TEST_RUN"  # inherited by everything that a run starts, so that it can be found


def processes(mark):
    """Process id and command line of all that the marked run started and that still lives."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found[entry.name] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended meanwhile
    return found


def runtime_folders():
    """DPDK's runtime folders of gateways that are no more; None where there is no such place."""
    if not os.path.isdir("/run/dpdk"):
        return None
    return sorted(name for name in os.listdir("/run/dpdk")
                  if not os.path.exists("/proc/" + name.rpartition("-")[2]))


def snapshot():
    """Everything of which a lab could leave something on the machine."""
    return {
        "mounts": Path("/proc/self/mounts").read_text(),
        "named namespaces": os.path.isdir("/run/netns") and sorted(os.listdir("/run/netns")),
        "interfaces": sorted(os.listdir("/sys/class/net")),
        "DPDK runtime folders": runtime_folders(),
        "hugepages": hugepages.number(),
        "run folder": sorted(f for f in os.listdir("/run") if f.startswith(("jvpn", "dpdk"))),
    }


class Interruption(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.mark = f"{MARK}={uuid.uuid4()}"

    def interrupt(self, marker, number, after_s=0.0, options=()):
        """Starts the quickstart and sends the signal once marker was printed; returns its code."""
        name, value = self.mark.split("=")
        program = subprocess.Popen(
            [sys.executable, "-B", "-u", "-m", "lab.quickstart", "--build", PROGRAMS.build,
             *options], cwd=ROOT, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "TMPDIR": str(self.folder),
                 name: value})
        self.addCleanup(program.stdout.close)
        said = ""
        for line in program.stdout:
            said += line
            if marker in line:
                break
        self.assertIn(marker, said)
        time.sleep(after_s)
        self.assertGreaterEqual(len(processes(self.mark)), 1)
        program.send_signal(number)
        return program.wait(30)

    def assert_leaves_nothing(self, marker, number, after_s=0.0):
        before = snapshot()
        self.assertEqual(self.interrupt(marker, number, after_s), 128 + number)
        self.assertEqual(processes(self.mark), {})
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(snapshot(), before)

    def test_interrupted_while_the_lab_is_laid_out(self):
        self.assert_leaves_nothing("hugepages", signal.SIGINT)

    def test_interrupted_while_traffic_flows_and_links_fail(self):
        self.assert_leaves_nothing("link_down:", signal.SIGINT, after_s=3.0)

    def test_terminated_while_traffic_flows(self):
        self.assert_leaves_nothing("ping through the tunnel", signal.SIGTERM, after_s=0.5)

    def test_killed_outright_leaves_no_process_and_no_namespace(self):
        """Nobody can take down after SIGKILL: the kernel does it for what the lab held.

        Files and nr_hugepages are not among that.
        """
        before = snapshot()
        self.interrupt("ping through the tunnel", signal.SIGKILL, options=("--hugepages", "off"))
        self.assertTrue(wait_until(lambda: not processes(self.mark), 10), processes(self.mark))
        self.assertEqual(snapshot(), before)
