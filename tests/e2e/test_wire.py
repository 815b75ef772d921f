# SPDX-License-Identifier: Apache-2.0
"""An attacker on the path: replays, copies that outrun their originals, forgeries, on the wire."""

import socket
import time
from dataclasses import replace

from lab import topology, wire
from lab.deployment import Settings
from lab.process import wait_until
from lab.quickstart import POLICY
from lab.wire import DATA, HANDSHAKE_CONFIRM, HANDSHAKE_INIT, TICKETED, Tap
from support import RunningLabCase

STRANGERS = (("203.0.113.77", 4000), ("192.0.2.77", 51820), ("198.51.100.66", 1))
AGGREGATED = {"SecurityReplayDetected", "SecurityValidationFailed", "RateLimited"}
QUIET_S = 1.0  # longer than every answer takes: what has not happened by then does not happen
PORT = 7777
PROBE = b"numbered probe %d"


class Wire(RunningLabCase):
    settings = Settings(policy=POLICY)

    def setUp(self):
        self.net.link_up("wifi0")
        self.net.link_up("lte0")
        self.wait_for(lambda: self.deployment.session("ATTACHED"), "an ATTACHED session")
        self.at_gateway = self.tap(self.net.net, "g")
        self.at_server = self.tap(self.net.server, "srv0")
        with self.net.client.entered():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.probes = 0

    def tap(self, namespace, interface):
        tap = Tap(namespace, interface)
        self.addCleanup(tap.close)
        return tap

    def send_probe(self):
        """One inner datagram to the server; returns its payload, which no other has."""
        self.probes += 1
        payload = PROBE % self.probes + self.id().encode()
        self.socket.sendto(payload, (topology.SERVER, PORT))
        return payload

    def captured_data(self):
        """A data packet as it went to the gateway, and the inner payload in it."""
        self.at_gateway.forget()
        payload = self.send_probe()
        size = 28 + len(payload) + 32  # inner IP and UDP; header and tag of ours
        packet = self.at_gateway.next(lambda d: self.upward(d, DATA) and len(d.payload) == size)
        self.assertIsNotNone(packet, "no data packet was seen on the wire")
        return packet, payload

    def upward(self, datagram, kind):
        return datagram.destination == (topology.GATEWAY, topology.PORT) and datagram.kind == kind

    def arrivals(self, payload, for_s=QUIET_S):
        """How often the inner payload reached the server."""
        return len(self.at_server.all(
            lambda d: d.destination[1] == PORT and d.payload == payload, for_s))

    def fingerprint(self):
        """Everything that a replay must not change."""
        session = self.deployment.session()
        kept = {k: session[k] for k in ("session_id", "state", "state_version", "bound_version",
                                        "bound", "last_reason", "total_switches", "inner")}
        events = [e for e in self.deployment.audit() if e["event_type"] not in AGGREGATED]
        return kept, events

    def assert_nothing_changes(self, datagrams):
        before = self.fingerprint()
        for datagram in datagrams:
            self.at_gateway.send(datagram)
        time.sleep(QUIET_S)
        self.assertEqual(self.fingerprint(), before)
        self.assertTrue(self.ping(topology.SERVER), "traffic goes on")

    def everywhere(self, datagram):
        """The datagram from its own source and from strangers."""
        return [datagram, *(datagram.sent_from(*stranger) for stranger in STRANGERS)]

    def jump_and_capture(self):
        """Takes the active link down; returns the control datagrams that bound the other path."""
        interface = self.deployment.active_interface()
        self.at_gateway.forget()
        self.net.link_down(interface)
        self.wait_for(lambda: self.deployment.active_interface() not in (interface, None)
                      and self.deployment.session("ATTACHED"), "the jump")
        return self.at_gateway.all(lambda d: self.upward(d, TICKETED)
                                   and len(d.payload) == wire.REATTACH_SIZE, QUIET_S)


class Replays(Wire):
    def refused(self):
        return sum(map(self.deployment.counter, ("duplicate", "late", "late_unbound",
                                                 "unbound_transport")))

    def test_a_data_packet_again_from_anywhere_changes_nothing(self):
        packet, payload = self.captured_data()
        self.assertEqual(self.arrivals(payload), 1)
        self.at_server.forget()
        refused = self.refused()
        copies = self.everywhere(packet) * 3
        self.assert_nothing_changes(copies)
        self.assertEqual(self.refused() - refused, len(copies), "each copy is counted")
        self.assertEqual(self.arrivals(payload, 0.2), 0)

    def test_a_handshake_again_from_anywhere_opens_no_session_and_ends_none(self):
        self.deployment.client.stop()
        self.at_gateway.forget()
        self.deployment.start_client()
        messages = [self.at_gateway.next(lambda d, kind=kind: self.upward(d, kind))
                    for kind in (HANDSHAKE_INIT, HANDSHAKE_CONFIRM)]
        self.assertNotIn(None, messages)
        time.sleep(QUIET_S)
        for message in messages:
            self.assert_nothing_changes(self.everywhere(message) * 2)

    def test_a_reattach_again_from_anywhere_changes_nothing(self):
        messages = self.jump_and_capture()
        self.assertGreaterEqual(len(messages), 1, "REATTACH went over the wire")
        for message in messages:
            self.assert_nothing_changes(self.everywhere(message) * 2)

    def test_a_reattach_of_an_earlier_jump_changes_nothing(self):
        first = self.jump_and_capture()
        self.setUp()
        time.sleep(2 * QUIET_S)  # the switch cooldown
        self.jump_and_capture()
        for message in first:
            self.assert_nothing_changes(self.everywhere(message))


class Races(Wire):
    def hold(self, interface, what):
        """Drops matching datagrams on their way to the gateway; a tap before it still sees them."""
        rule = f'iifname "{interface}" oifname "g" udp dport {topology.PORT} {what} drop'
        self.net.net.nft("table ip hold {\nchain forward {\n"
                         f"type filter hook forward priority filter\n{rule}\n}}\n}}\n")
        self.addCleanup(self.let_go)

    def let_go(self):
        self.net.net.run("nft", "delete", "table", "ip", "hold", check=False)

    def macs_towards_gateway(self):
        return self.captured_data()[0].macs

    def assert_never_bound_to_a_stranger(self):
        strangers = {f"{address}:{port}" for address, port in STRANGERS}
        bound = {e.get("new_transport") for e in self.deployment.audit()}
        self.assertEqual(bound & strangers, set())

    def test_a_data_copy_that_outruns_its_original_costs_one_notice_and_not_the_binding(self):
        interface = {"wifi0": "w", "lte0": "l"}[self.deployment.active_interface()]
        macs = self.macs_towards_gateway()
        before = self.deployment.session()
        entrance = self.tap(self.net.net, interface)
        self.hold(interface, "@th,64,4 5")
        entrance.forget()
        self.at_server.forget()
        self.at_gateway.forget()
        payload = self.send_probe()
        size = 28 + len(payload) + 32
        original = entrance.next(lambda d: self.upward(d, DATA) and len(d.payload) == size)
        self.assertIsNotNone(original)
        self.let_go()
        original = replace(original, macs=macs)
        self.at_gateway.send(original.sent_from(*STRANGERS[0]))
        time.sleep(0.05)
        self.at_gateway.send(original)
        answers = self.at_gateway.all(lambda d: d.destination == STRANGERS[0], 2 * QUIET_S)
        print(f"{len(answers)} notices to the stranger", flush=True)
        self.assertLessEqual(len(answers), 1)
        self.assertTrue(all(len(a.payload) <= len(original.payload) for a in answers))
        self.assertEqual(self.arrivals(payload, 0.1), 1, "the original still counts, once")
        after = self.deployment.session()
        for field in ("session_id", "bound", "bound_version", "state", "total_switches"):
            self.assertEqual(after[field], before[field])
        self.assertTrue(self.ping(topology.SERVER))

    def test_reattach_copies_that_outrun_their_originals_cost_neither_jump_nor_binding(self):
        old = self.deployment.active_interface()
        new, entrance_name = {"wifi0": ("lte0", "l"), "lte0": ("wifi0", "w")}[old]
        macs = self.macs_towards_gateway()
        session = self.deployment.session()["session_id"]
        entrance = self.tap(self.net.net, entrance_name)
        self.hold(entrance_name, "@th,64,4 7")
        entrance.forget()
        self.net.link_down(old)
        deadline = time.monotonic() + 6
        outrun = 0
        while time.monotonic() < deadline and self.deployment.active_interface() != new:
            original = entrance.next(lambda d: self.upward(d, TICKETED), 0.2)
            if original is not None:
                original = replace(original, macs=macs)
                self.at_gateway.send(original.sent_from(*STRANGERS[0]))
                time.sleep(0.005)
                self.at_gateway.send(original)
                outrun += 1
        self.assertGreaterEqual(outrun, 1)
        print(f"{outrun} control messages were outrun by their copies", flush=True)
        self.let_go()
        self.assertTrue(wait_until(lambda: self.deployment.session("ATTACHED"), 5))
        self.assertEqual(self.deployment.active_interface(), new)
        self.assertEqual(self.deployment.session()["session_id"], session)
        self.assert_never_bound_to_a_stranger()
        self.assertTrue(self.ping(topology.SERVER))


class Forgeries(Wire):
    def test_a_changed_bit_anywhere_makes_it_nothing(self):
        data, payload = self.captured_data()
        control = self.jump_and_capture()
        self.at_server.forget()
        failed = self.deployment.counter("open_failed")
        forged = [d.with_bit_flipped(i) for d in (data, control[0])
                  for i in (1, 7, 8, 15, 16, 40, -17, -1)]
        self.assert_nothing_changes([f for one in forged for f in self.everywhere(one)])
        self.assertGreater(self.deployment.counter("open_failed"), failed)
        self.assertEqual(self.arrivals(payload, 0.1), 0)

    def test_shortened_and_senseless_datagrams_are_nothing(self):
        data, _ = self.captured_data()
        bodies = [data.payload[:n] for n in (0, 1, 8, 16, 31, 32, 47, len(data.payload) - 1)]
        bodies += [bytes([kind << 4]) + bytes(size) for kind in range(16)
                   for size in (7, 255, 1199)]
        self.assert_nothing_changes([f for body in bodies
                                     for f in self.everywhere(replace(data, payload=body))])
