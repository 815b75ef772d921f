# SPDX-License-Identifier: Apache-2.0
"""The same tunnel by other configuration: TAP, polling, hugepages, the other cipher, bad wires."""

import socket
from contextlib import ExitStack

from lab import hugepages, topology
from lab.deployment import Settings
from lab.quickstart import HUGEPAGES
from support import LabCase, RunningLabCase

UDP_SEGMENT = 103  # linux/udp.h


class PlaintextOnTap(LabCase):
    """The plaintext side is a kernel interface: the gateway's host routes inner packets itself."""
    settings = Settings(plaintext="net_tap0,iface=jvpngw0")

    def test_ping_reaches_the_gateways_own_kernel_and_the_interface_goes_with_the_gateway(self):
        self.deployment.start(self.stack)
        self.wait_for_ping()
        self.assertTrue(self.ping(topology.SERVER))
        self.assertTrue(self.ping(topology.SERVER6))
        self.deployment.stop()
        self.assertNotIn("jvpngw0", self.net.gateway.interfaces())


class Polling(RunningLabCase):
    settings = Settings(power="poll")

    def test_traffic_flows(self):
        self.assertTrue(self.ping(topology.SERVER))
        self.assertGreater(self.megabits(seconds=1)[0], 20)


class ChaCha(RunningLabCase):
    settings = Settings(suites=("chacha20-poly1305",))

    def test_traffic_flows_under_the_other_cipher(self):
        self.assertEqual(self.deployment.session()["suite"], "chacha20-poly1305")
        self.assertTrue(self.ping(topology.SERVER))
        self.assertTrue(self.ping(topology.SERVER6))
        self.assertGreater(self.megabits(seconds=1)[0], 20)


class Hugepages(LabCase):
    settings = Settings(hugepages="require")

    def test_traffic_flows_on_hugepages_and_all_of_them_come_back(self):
        before = hugepages.number()
        with ExitStack() as stack:
            try:
                hugepages.reserve(stack, HUGEPAGES)
            except hugepages.Unavailable as reason:
                self.skipTest(f"{reason}: the gateway on hugepages")
            free = hugepages.free()
            self.deployment.start(stack)
            self.assertLess(hugepages.free(), free, "the gateway uses them")
            self.wait_for_ping()
            self.assertTrue(self.ping(topology.SERVER))
            self.deployment.stop()
            self.assertEqual(hugepages.free(), free)
        self.assertEqual(hugepages.number(), before)


class OffloadsLeftOn(RunningLabCase):
    """Super-frames on the gateway's wire: seen and counted, not tunnelled in pieces."""
    offloads = True

    def test_a_super_frame_is_counted_as_truncated_while_ping_works(self):
        before = self.deployment.counter("frame_truncated")
        with self.net.server.entered():
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with sender:
            sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 1200)
            sender.sendto(bytes(12 * 1200), (topology.CLIENT, 9))
        self.wait_for(lambda: self.deployment.counter("frame_truncated") > before,
                      "frame_truncated to be counted")
        self.assertTrue(self.ping(topology.SERVER))
