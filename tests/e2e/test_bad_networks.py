# SPDX-License-Identifier: Apache-2.0
"""Networks that lose a third of everything, NATs that forget every few seconds, a clock of 1970."""

import time
from pathlib import Path

from lab import topology
from lab.deployment import Settings
from lab.quickstart import POLICY
from lab.tcp import PacedFlow
from support import LabCase, RunningLabCase

HANDSHAKES = 50
LOSS_PERCENT = 30
HANDSHAKE_S = 60.0
REBIND_EVERY_S, REBIND_FOR_S = 5.0, 120.0
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


class LossyHandshakes(LabCase):
    def lose(self, percent):
        port = topology.PORT
        self.net.net.nft(f"""
            table ip loss {{
              chain forward {{
                type filter hook forward priority filter;
                udp dport {port} numgen random mod 100 < {percent} counter drop
                udp sport {port} numgen random mod 100 < {percent} counter drop
              }}
            }}""")
        self.addCleanup(self.net.net.run, "nft", "delete", "table", "ip", "loss", check=False)

    def test_fifty_of_fifty_complete_at_thirty_percent_loss_each_way(self):
        self.addCleanup(self.deployment.stop)
        self.deployment.start_gateway()
        self.lose(LOSS_PERCENT)
        took = []
        for _ in range(HANDSHAKES):
            began = time.monotonic()
            self.deployment.start_client(HANDSHAKE_S)
            took.append(time.monotonic() - began)
            self.deployment.client.stop()
        took.sort()
        median, worst = took[len(took) // 2], took[-1]
        print(f"{len(took)} handshakes, median {median:.2f} s, worst {worst:.2f} s", flush=True)
        self.assertEqual(len(took), HANDSHAKES)
        drops = self.net.net.run("nft", "list", "table", "ip", "loss").stdout
        self.assertNotIn("counter packets 0", drops, "both directions lost packets")


class ForgetfulNat(RunningLabCase):
    """The policy's defaults: 12 rebindings a minute are within them."""

    def test_rebinding_every_five_seconds_for_two_minutes_keeps_the_session(self):
        self.wait_for(lambda: self.deployment.active_interface() == "wifi0",
                      "the path behind the NAT")
        session = self.deployment.session()["session_id"]
        tcp = PacedFlow(self.net.client, self.server, 2, self.deployment.folder)
        self.addCleanup(tcp.stop)
        deadline = time.monotonic() + REBIND_FOR_S
        times = 0
        while time.monotonic() < deadline:
            self.net.rebind_nat()
            times += 1
            time.sleep(REBIND_EVERY_S)
            self.assertEqual(self.deployment.session()["session_id"], session)
        self.wait_for(lambda: self.deployment.session("ATTACHED"), "an ATTACHED session")
        rebinds = [e for e in self.deployment.audit() if e["event_type"] == "TransportSwitch"
                   and e["reason_code"] == "nat_rebind_detected"]
        print(f"{times} times forgotten, {len(rebinds)} rebindings committed", flush=True)
        self.assertGreaterEqual(len(rebinds), times - 1)
        self.assertTrue(tcp.alive_since(tcp.bytes()), "the TCP connection inside lives")
        self.assertTrue(self.ping(topology.SERVER))


class NoClock(RunningLabCase):
    """The wall clocks of gateway and client say 1970; theirs, not the machine's."""

    settings = Settings(policy=POLICY, environment={
        "LD_PRELOAD": str(FAKETIME), "FAKETIME": "@1970-01-01 00:00:01",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1"})

    @classmethod
    def setUpClass(cls):
        if FAKETIME is None:
            raise RuntimeError("libfaketime is missing: that no wall clock is needed is unproven")
        super().setUpClass()

    def test_sessions_are_born_and_jump_in_1970(self):
        for event in self.deployment.audit():
            self.assertLess(event["ts_ms"], 86_400_000, "the gateway believes that it is 1970")
        session = self.deployment.session()["session_id"]
        self.net.link_down("wifi0")
        self.wait_for(lambda: self.deployment.active_interface() == "lte0", "the jump")
        self.net.link_up("wifi0")
        self.assertTrue(self.ping(topology.SERVER))
        self.assertEqual(self.deployment.session()["session_id"], session)
