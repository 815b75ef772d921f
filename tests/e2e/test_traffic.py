# SPDX-License-Identifier: Apache-2.0
"""Real traffic through the real client and the real gateway."""

from lab import topology
from support import RunningLabCase


class Traffic(RunningLabCase):
    def test_ping_passes_over_ipv4_and_ipv6(self):
        self.assertTrue(self.ping(topology.SERVER))
        self.assertTrue(self.ping(topology.SERVER6))

    def test_packets_of_the_tunnels_full_size_pass_unfragmented(self):
        self.assertTrue(self.ping(topology.SERVER, 3, "-M", "do", "-s",
                                  str(topology.TUNNEL_MTU - 28)))
        self.assertTrue(self.ping(topology.SERVER6, 3, "-M", "do", "-s",
                                  str(topology.TUNNEL_MTU - 48)))

    def test_a_packet_above_the_tunnel_mtu_is_answered_with_packet_too_big(self):
        self.net.server.ip(f"route replace {topology.POOL} via {topology.INNER_GATEWAY}")
        done = self.net.server.run("ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", "-M", "do",
                                   "-s", "1450", topology.CLIENT, check=False)
        self.net.server.ip(f"route replace {topology.POOL} via {topology.INNER_GATEWAY}"
                           f" mtu {topology.TUNNEL_MTU}")
        self.assertRegex(done.stdout + done.stderr, rf"mtu ?= ?{topology.TUNNEL_MTU}")

    def test_tcp_flows_in_both_directions(self):
        for options in ((), ("-R",)):
            with self.subTest(options=options):
                megabits, _ = self.megabits(*options)
                self.assertGreater(megabits, 20)

    def test_udp_flows_in_both_directions(self):
        for options in ((), ("-R",)):
            with self.subTest(options=options):
                megabits, report = self.megabits("-u", "-b", "10M", "-l", "1200", *options)
                self.assertGreater(megabits, 9)
                self.assertLess(report["end"]["sum"]["lost_percent"], 1.0)

    def test_operator_sees_the_session_and_its_bytes(self):
        before = self.deployment.session()
        self.assertTrue(self.ping(topology.SERVER, 5))
        self.wait_for(lambda: self.deployment.session()["bytes_up"] > before["bytes_up"]
                      and self.deployment.session()["bytes_down"] > before["bytes_down"],
                      "bytes to rise")
        self.assertEqual(before["inner"], [topology.CLIENT, topology.CLIENT6])
        self.assertTrue(before["bound"]["endpoint"].startswith(topology.WIFI_WAN + ":"))
