# SPDX-License-Identifier: Apache-2.0
"""How programs end: what they leave, what they say, and how a client outlives its gateway."""

import os
import signal
import time

from lab import topology
from lab.deployment import read_events
from lab.process import wait_until
from support import RunningLabCase

RECOVERY_WINDOW_S = 8.0  # policy switching.recovery_window_ms, the default


def runtime_folders():
    return set(os.listdir("/run/dpdk")) if os.path.isdir("/run/dpdk") else set()


class ClientEnds(RunningLabCase):
    def setUp(self):
        if not self.deployment.client.running():
            self.deployment.start_client()

    def end_client(self, number):
        session = self.deployment.session()["session_id"]
        self.deployment.client.signal(number)
        self.assertEqual(self.deployment.client.wait(5), 0)
        return session

    def test_each_signal_leaves_neither_interface_nor_route(self):
        routes = "ip -4 route show table all; ip -6 route show table all; ip rule; ip -6 rule"
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number=number):
                self.setUp()
                self.assertIn("jvpn0", self.net.client.interfaces())
                self.end_client(number)
                self.assertNotIn("jvpn0", self.net.client.interfaces())
                self.assertNotIn("jvpn", self.net.client.run("sh", "-c", routes).stdout)
                self.assertNotIn("10.99.0", self.net.client.run("sh", "-c", routes).stdout)

    def test_gateway_hears_that_the_peer_ended_it(self):
        session = self.end_client(signal.SIGTERM)
        self.assertTrue(wait_until(lambda: [
            e for e in self.deployment.audit() if e["session_id"] == session
            and e["event_type"] == "SessionTerminated" and e["reason_code"] == "peer_terminated"],
            3.0))

    def test_operator_terminates_a_session_and_the_client_opens_a_new_one(self):
        old = self.deployment.session()["session_id"]
        self.deployment.ctl("terminate", old)
        self.wait_for(lambda: (self.deployment.session("ATTACHED") or {"session_id": old})
                      ["session_id"] != old, "a new session")
        reasons = [e["reason_code"] for e in self.deployment.audit()
                   if e["session_id"] == old and e["event_type"] == "SessionTerminated"]
        self.assertEqual(reasons, ["operator_terminated"])


class GatewayEnds(RunningLabCase):
    def client_events(self):
        return read_events(self.deployment.folder / "client-events.jsonl")

    def assert_client_recovers(self, old, since):
        """By itself, within the recovery window + 2 s of the new gateway's birth."""
        left = RECOVERY_WINDOW_S + 2.0 - (time.monotonic() - since)
        self.wait_for(lambda: self.deployment.session("ATTACHED"), "a new session", left)
        took = time.monotonic() - since
        self.assertNotEqual(self.deployment.session()["session_id"], old)
        self.assertTrue(self.ping(topology.SERVER))
        ended = [e for e in self.client_events() if e["session_id"] == old
                 and e["event_type"] == "SessionTerminated"]
        self.assertEqual(len(ended), 1, "the client ends the old session once")
        print(f"new session {took:.1f} s after the gateway was back;"
              f" the client ended the old one: {ended[0]['reason_code']}", flush=True)
        self.assertNotIn(ended[0]["reason_code"], ("none", ""))

    def test_a_restarted_gateway_gets_a_new_session_from_the_client(self):
        for number in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(number=number):
                old = self.deployment.session("ATTACHED")["session_id"]
                folders = runtime_folders()
                self.deployment.gateway.signal(number)
                code = self.deployment.gateway.wait(5)
                if number == signal.SIGTERM:
                    self.assertEqual(code, 0)
                    self.assertFalse(self.deployment.socket.exists(), "the socket was left")
                self.assertTrue(runtime_folders() <= folders, "a runtime folder was left")
                self.deployment.start_gateway()
                self.assert_client_recovers(old, time.monotonic())
