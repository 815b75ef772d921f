# SPDX-License-Identifier: Apache-2.0
"""Hundreds of real sessions at once, born, moved and ended by jvpn-churn."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from support import PROGRAMS, ROOT, require_lab

SESSIONS = 300


def start(*options, **more):
    return subprocess.Popen(
        [sys.executable, "-B", "-m", "lab.churn", "--build", str(PROGRAMS.build),
         "--sessions", str(SESSIONS), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")}, text=True, **more)


class Churn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        require_lab()
        folder = tempfile.TemporaryDirectory(prefix="jvpn-e2e-churn-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)

    def churn(self, name, *options):
        """The JSON of a run that passed."""
        file = self.folder / f"{name}.json"
        done = start("--json", str(file), *options, stdout=subprocess.PIPE,
                     stderr=subprocess.STDOUT)
        out, _ = done.communicate(timeout=90)
        self.assertEqual(done.returncode, 0, out)
        return json.loads(file.read_text(encoding="utf-8"))

    def assert_sound(self, result):
        self.assertEqual(set(result["violations"].values()), {0}, result["violations"])
        self.assertEqual(result["births"]["count"], SESSIONS)
        for direction in ("up", "down"):
            flow = result["data"][direction]
            self.assertGreater(flow["received"], SESSIONS)
            fates = flow["received"] + flow["lost_at_jump"] + flow["lost_otherwise"]
            self.assertEqual(fates, flow["sent"], direction)

    def test_all_sessions_are_born_jump_together_and_one_by_one_and_stay_themselves(self):
        result = self.churn("link", "--storms", "1", "--jump-every", "2", "--seconds", "5",
                            "--data-ms", "500")
        self.assert_sound(result)
        storm = result["storms"][0]
        self.assertEqual(storm["attached"]["count"], SESSIONS)
        self.assertEqual(storm["gap"]["count"], SESSIONS)
        self.assertGreater(storm["control_us_each"], 0)
        self.assertGreater(result["steady"]["attached"]["count"], SESSIONS)
        self.assertEqual(result["events"]["SessionTerminated"], SESSIONS)
        self.assertGreater(result["steady"]["rss_kib_after"], 0)

    def test_paths_that_die_in_silence_are_noticed_by_their_heartbeats(self):
        result = self.churn("silent", "--storms", "1", "--seconds", "1", "--death", "silent",
                            "--heartbeat-ms", "200")
        self.assert_sound(result)
        storm = result["storms"][0]
        self.assertEqual(storm["attached"]["count"], SESSIONS)
        self.assertGreater(storm["detection"]["p50_us"], 200_000)

    def test_an_interrupt_ends_every_session_and_leaves_nothing(self):
        report = self.folder / "interrupted"
        run = start("--seconds", "60", "--json", str(report), stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while not (churn := self.running(run.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(len(churn), 1, "jvpn-churn did not come to listen to signals")
        os.kill(churn[0], signal.SIGINT)
        out, _ = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 1, out)
        self.assertIn("interrupted", out)
        result = json.loads(report.read_text(encoding="utf-8"))
        self.assertEqual(set(result["violations"].values()), {0})
        ended = result["events"].get("SessionTerminated", 0)
        self.assertEqual(ended, result["births"]["count"])

    @staticmethod
    def running(parent):
        """The children that run `jvpn-churn run` and listen to SIGINT; `peers` comes before them."""
        found = subprocess.run(["pgrep", "-P", str(parent), "-x", "jvpn-churn"], text=True,
                               capture_output=True, check=False)
        return [pid for pid in map(int, found.stdout.split())
                if command_of(pid)[1:2] == ["run"] and catches(pid, signal.SIGINT)]


def command_of(pid):
    """A process's arguments; none if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
    except OSError:
        return []


def catches(pid, number):
    """Whether a process has a handler for a signal."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


if __name__ == "__main__":
    unittest.main()
