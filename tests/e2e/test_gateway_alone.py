# SPDX-License-Identifier: Apache-2.0
"""The gateway by itself, on devices that lead nowhere: its socket, its files, its end."""

import base64
import json
import os
import signal
import stat
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path

from support import PROGRAMS  # it puts the lab into Python's path, so it comes first

from lab import process

CONFIG = """\
[gateway]
node_id = 5
private_key_file = "gateway.key"
audit_file = "audit.jsonl"
control_socket = "run/gateway.sock"
[dataplane]
power = "adaptive"
hugepages = "off"
memory_mb = 256
[[underlay]]
device = "net_null0"
address = "198.51.100.1/24"
[plaintext]
device = "net_null1"
address = "10.99.0.1/24"
[pool]
ipv4 = "10.77.0.0/16"
[[peer]]
name = "phone"
public_key = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
addresses = ["10.77.0.2"]
[policy]
version = "3.4"
"""


def runtime_folders():
    return set(os.listdir("/run/dpdk")) if os.path.isdir("/run/dpdk") else set()


class GatewayAlone(unittest.TestCase):
    def setUp(self):
        self.stack = ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = Path(self.stack.enter_context(
            tempfile.TemporaryDirectory(prefix="jvpn-alone-")))
        self.key = self.folder / "gateway.key"
        self.key.write_bytes(base64.b64encode(bytes(range(32))) + b"\n")
        self.key.chmod(0o600)
        self.config = self.folder / "gateway.toml"
        self.config.write_text(CONFIG)
        self.socket = self.folder / "run/gateway.sock"
        self.folders = runtime_folders()

    def ctl(self, *arguments):
        return process.run([PROGRAMS.ctl, "--socket", self.socket, *arguments], check=False)

    def start(self):
        gateway = process.Program("gateway", [PROGRAMS.gateway, "--config", self.config],
                                  self.folder)
        self.stack.callback(gateway.stop)
        gateway.require(lambda: self.ctl("gateway").returncode == 0, "answering its socket", 30.0)
        return gateway

    def assert_refused(self, *expected):
        done = process.run([PROGRAMS.gateway, "--config", self.config], check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        for words in expected:
            self.assertIn(words, done.stderr)

    def test_tells_operators_what_is_running(self):
        self.start()
        about = json.loads(self.ctl("--json", "gateway").stdout)
        self.assertEqual(about["node_id"], 5)
        self.assertEqual(about["worker_cores"], [1])
        self.assertEqual(about["power"], "adaptive")
        self.assertEqual(about["memory"], "4 KiB pages (no hugepages)")
        self.assertEqual(about["policy_version"], "3.4")
        self.assertEqual(about["peers"], 1)
        self.assertEqual(json.loads(self.ctl("sessions", "--json").stdout), [])
        self.assertEqual(self.ctl("sessions").stdout, "no sessions\n")
        self.assertIn("rx_underlay0", json.loads(self.ctl("--json", "counters").stdout))
        self.assertEqual(self.ctl("show", "ab").returncode, 1)

    def test_only_its_own_user_may_ask_it_or_read_its_audit(self):
        self.start()
        for path in (self.socket, self.folder / "audit.jsonl"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)

    def test_ends_cleanly_at_each_signal(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number=number):
                gateway = self.start()
                gateway.signal(number)
                self.assertEqual(gateway.wait(5), 0, gateway.log())
                self.assertFalse(self.socket.parent.exists())
                self.assertTrue(runtime_folders() <= self.folders)

    def test_replaces_the_socket_of_a_dead_gateway_and_spares_that_of_a_living_one(self):
        dead = self.start()
        dead.signal(signal.SIGKILL)
        dead.wait(5)
        self.assertTrue(self.socket.exists())
        self.start()
        self.assert_refused(f"{self.config}:5: gateway.control_socket",
                            "another gateway is running there")
        self.assertEqual(self.ctl("gateway").returncode, 0)

    def test_operator_is_told_when_no_gateway_runs(self):
        done = self.ctl("sessions")
        self.assertEqual(done.returncode, 1)
        self.assertIn("is jvpn-gateway running?", done.stderr)

    def test_an_audit_file_that_cannot_be_written_or_continued_is_named(self):
        self.config.write_text(CONFIG.replace("audit.jsonl", "/proc/audit.jsonl"))
        self.assert_refused(f"{self.config}:4: gateway.audit_file: /proc/audit.jsonl")
        self.config.write_text(CONFIG)
        (self.folder / "audit.jsonl").write_text("no audit event\n")
        self.assert_refused(f"{self.config}:4: gateway.audit_file", "no audit event")
        self.assertFalse(self.socket.parent.exists())

    def policy_in_force(self):
        return json.loads(self.ctl("--json", "gateway").stdout)["policy_version"]

    def refusals(self):
        """What the audit says of policies that were refused."""
        lines = (self.folder / "audit.jsonl").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        return [event["why"] for event in events if event["event_type"] == "PolicyRejected"]

    def test_goes_on_with_the_last_good_policy_over_a_restart_and_says_so(self):
        gateway = self.start()
        gateway.signal(signal.SIGTERM)
        gateway.wait(5)
        self.config.write_text(CONFIG.replace('"3.4"', '"3.5"\napply = "at once"'))
        gateway = self.start()
        self.assertEqual(self.policy_in_force(), "3.4")
        self.assertEqual(len(self.refusals()), 1)
        self.assertIn("policy.apply", self.refusals()[0])
        self.config.write_text(CONFIG.replace('"3.4"', '"3.5"'))
        gateway.signal(signal.SIGHUP)
        self.assertTrue(process.wait_until(lambda: self.policy_in_force() == "3.5", 5.0))
        self.assertEqual(len(self.refusals()), 1)
