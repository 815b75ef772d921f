# SPDX-License-Identifier: Apache-2.0
"""What leads to clients beside the pools: a network behind one, and a fixed address of its own."""

from lab import site, topology
from lab.deployment import Settings
from lab.quickstart import POLICY
from support import LabCase, RunningLabCase

FIXED = "10.200.1.7"


def echoes(namespace, address, count=3):
    """How many of so many echo requests were answered."""
    done = namespace.run("ping", "-n", "-c", count, "-i", "0.05", "-W", "2", address, check=False)
    return sum("bytes from" in line for line in done.stdout.splitlines())


class NetworkBehindTheClient(RunningLabCase):
    settings = Settings(policy=POLICY, prefixes=(site.NETWORK, site.NETWORK6))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = site.Site(cls.stack, cls.net)

    def assert_connected(self):
        for there, here in ((topology.SERVER, site.HOST), (topology.SERVER6, site.HOST6)):
            self.wait_for(lambda there=there: echoes(self.site.host, there, 1) == 1,
                          f"an echo of {there} at the site")
            self.assertEqual(echoes(self.site.host, there), 3)
            self.assertEqual(echoes(self.net.server, here), 3)

    def test_the_network_and_the_server_reach_each_other_before_and_after_a_jump(self):
        before = self.deployment.session("ATTACHED")
        self.assert_connected()
        self.assertEqual(self.deployment.active_interface(), "wifi0")
        self.net.link_down("wifi0")
        self.addCleanup(self.net.link_up, "wifi0")
        self.wait_for(lambda: self.deployment.session("ATTACHED")
                      and self.deployment.active_interface() == "lte0", "the session on lte0")
        self.assert_connected()
        self.assertEqual(self.deployment.session()["session_id"], before["session_id"])
        self.assertGreater(self.deployment.session()["total_switches"], before["total_switches"])

    def test_jvpnctl_and_the_audit_show_the_routes(self):
        self.assertEqual(self.deployment.session()["routes"], [site.NETWORK, site.NETWORK6])
        born = [e for e in self.deployment.audit() if e["event_type"] == "SessionCreated"]
        self.assertEqual([e["routes"] for e in born], [f"{site.NETWORK} {site.NETWORK6}"])

    def test_an_address_that_is_no_clients_is_told_from_one_without_a_session(self):
        before = self.deployment.counter("not_for_us")
        self.net.server.ip(f"route replace 192.168.51.0/24 via {topology.INNER_GATEWAY}")
        self.assertEqual(echoes(self.net.server, "192.168.51.9", 1), 0)
        self.assertGreater(self.deployment.counter("not_for_us"), before)


class FixedAddress(LabCase):
    settings = Settings(addresses=(FIXED, topology.CLIENT6))

    def test_the_client_is_reached_by_an_address_outside_of_the_pools(self):
        self.deployment.start(self.stack)
        self.net.server.ip(f"route add {FIXED} via {topology.INNER_GATEWAY}")
        self.wait_for_ping()
        self.assertIn(f"{FIXED}/32", self.deployment.session()["routes"])
        self.assertEqual(echoes(self.net.server, FIXED), 3)


class RoutesOnATap(LabCase):
    """The kernel behind a TAP learns what leads to the gateway."""
    settings = Settings(plaintext="net_tap0,iface=jvpngw0", prefixes=(site.NETWORK, site.NETWORK6),
                        addresses=(FIXED, topology.CLIENT6))

    def test_the_gateways_own_kernel_routes_what_is_clients_to_it(self):
        self.deployment.start(self.stack)
        for address in (FIXED, site.HOST, site.HOST6):
            way = self.net.gateway.run("ip", "route", "get", address).stdout
            self.assertIn("dev jvpngw0", way)
