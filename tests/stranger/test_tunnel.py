# SPDX-License-Identifier: Apache-2.0
"""DATA and heartbeats through a real gateway."""

import itertools

from gateway import ECHO_PORT, LTE_ADDRESSES
from gateway_case import GatewayCase

import inner
import wire
from lab import topology
from messages import Kind

QUIET_S = 0.3
SERVER = (topology.SERVER, ECHO_PORT)
_numbers = itertools.count(1)


def unique_payload(size=24):
    return b"stranger %d " % next(_numbers) + bytes(size)


class TunnelCase(GatewayCase):
    def packet_to_server(self, client, payload, source=None):
        return inner.udp((source or client.offer["inner4"], 4000), SERVER, payload)

    def assert_echo(self, client, size=24):
        payload = unique_payload(size)
        client.send_packet(self.packet_to_server(client, payload))
        self.assertTrue(client.wait(
            lambda e: e.what == "packet" and inner.payload_of_udp(e.value) == payload))

    def arrivals(self, client, payload):
        """How often this payload reached the server, told once a later packet came back."""
        self.assert_echo(client)
        return self.echo.received.count(payload)


class Packets(TunnelCase):
    def test_udp_comes_back_from_the_server_behind_the_gateway_under_both_suites(self):
        for suite in (1, 2):
            with self.subTest(suite=suite):
                client = self.connected(suites=(suite,))
                for size in (0, 1, 15, 16, 17, 1300):
                    self.assert_echo(client, size)
                self.end(client)

    def test_a_packet_as_long_as_the_tunnel_mtu_travels_both_ways(self):
        client = self.connected()
        mtu = client.offer["tunnel_mtu"]
        for length in (mtu - 1, mtu):
            payload = unique_payload().ljust(length - 28, b"x")
            packet = self.packet_to_server(client, payload)
            self.assertEqual(len(packet), length)
            client.send_packet(packet)
            self.assertTrue(client.wait(lambda e, p=payload: e.what == "packet"
                                        and inner.payload_of_udp(e.value) == p))

    def test_a_packet_longer_than_the_tunnel_mtu_is_not_delivered(self):
        client = self.connected()
        payload = unique_payload().ljust(client.offer["tunnel_mtu"] + 1 - 28, b"x")
        client.send_packet(self.packet_to_server(client, payload))
        self.assertEqual(self.arrivals(client, payload), 0)

    def test_a_packet_from_an_inner_address_of_somebody_else_is_not_delivered(self):
        client = self.connected()
        payload = unique_payload()
        client.send_packet(self.packet_to_server(client, payload, source="10.77.0.3"))
        self.assertEqual(self.arrivals(client, payload), 0)

    def test_plaintext_that_is_neither_packet_nor_heartbeat_is_dropped(self):
        client = self.connected()
        before = self.binding_of(client.session)
        for plain in (b"", b"\x50" + bytes(127), bytes(128), b"\x01" + bytes(126),
                      b"\x03" + bytes(127), b"\x45", b"\x60" + bytes(20)):
            client.send(client.session.seal_data(plain))
        self.assert_echo(client)
        self.assertEqual(self.binding_of(client.session), before)


class ReplaysAndForgeries(TunnelCase):
    def test_the_same_datagram_again_from_anywhere_is_delivered_once(self):
        client = self.connected()
        elsewhere = client.add(self.gateway.new_path(2, LTE_ADDRESSES[1]))
        before = self.binding_of(client.session)
        payload = unique_payload()
        datagram = client.send_packet(self.packet_to_server(client, payload))
        for path in (client.bound, elsewhere, client.bound):
            client.send(datagram, path)
        self.assertEqual(self.arrivals(client, payload), 1)
        self.assertEqual(self.binding_of(client.session), before)
        self.assertEqual([e for e in client.events if e.path is elsewhere], [],
                         "a replay draws no answer")

    def test_counters_may_come_in_any_order_within_the_window_and_not_behind_it(self):
        client = self.connected()
        window = client.offer["policy"]["replay_window_packets"]
        sender = client.session.senders[0]
        payloads = [unique_payload() for _ in range(4)]
        too_old, oldest, young, younger = (client.session.seal_data(
            self.packet_to_server(client, payload)) for payload in payloads)
        sender.counter = wire.counter_of(oldest) + window - 1
        self.assert_echo(client)  # now `too_old` is one behind the window
        for datagram in (younger, too_old, oldest, young, oldest):
            client.send(datagram)
        counted = [self.arrivals(client, payload) for payload in payloads]
        self.assertEqual(counted, [0, 1, 1, 1])

    def test_a_changed_bit_anywhere_makes_it_nothing(self):
        client = self.connected()
        before = self.binding_of(client.session)
        payload = unique_payload()
        datagram = client.session.seal_data(self.packet_to_server(client, payload))
        for at in (0, 1, 7, 8, 15, 16, 40, -17, -1):
            forged = bytearray(datagram)
            forged[at] ^= 1
            client.send(bytes(forged))
        self.assertEqual(self.arrivals(client, payload), 0)
        self.assertEqual(self.binding_of(client.session), before)

    def test_a_truncated_one_is_nothing_and_the_whole_one_still_counts(self):
        client = self.connected()
        payload = unique_payload()
        datagram = client.session.seal_data(self.packet_to_server(client, payload))
        for size in (1, 8, 15, 16, 31, 32, len(datagram) - 1):
            client.send(datagram[:size])
        self.assertEqual(self.arrivals(client, payload), 0)
        client.send(datagram)
        self.assertEqual(self.arrivals(client, payload), 1)


class Heartbeats(TunnelCase):
    def test_a_reply_echoes_the_nonce_and_counts_what_came(self):
        client = self.connected()
        for _ in range(5):
            client.send_packet(self.packet_to_server(client, unique_payload()))
        received_before = client.session.received
        reply = client.evidence()
        self.assertIsNotNone(reply)
        self.assertEqual(reply["echo"], client.session.asks[-1])
        self.assertEqual(reply["path"], client.bound.ident)
        self.assertEqual(reply["received"], client.session.sent)
        self.assertGreater(reply["sent"], received_before)
        self.assertEqual(reply["version"], client.session.version)
        self.assertLessEqual(reply["stretch"], 1)

    def test_an_ask_and_its_reply_have_160_bytes(self):
        client = self.connected()
        self.assertEqual(len(client.session.ask_heartbeat(1)), 160)
        client.evidence()
        self.assertEqual(len(client.events[-1].datagram), 160)

    def test_asks_on_each_others_heels_get_one_reply(self):
        client = self.connected()
        client.evidence()
        client.wait(lambda e: False, 0.05)
        for _ in range(5):
            client.ask_heartbeat()
        replies = []
        client.wait(lambda e: e.what == "heartbeat" and replies.append(e), QUIET_S)
        self.assertIn(len(replies), (1, 2), "at most one per 10 ms")

    def test_a_reply_is_not_answered(self):
        client = self.connected()
        client.send(client.session.seal_data(wire.HEARTBEAT.pack({
            "what": wire.REPLY, "path": 1, "stretch": 1, "nonce": bytes(range(8)),
            "echo": bytes(8), "sent": 1, "received": 0, "version": client.session.version})))
        self.assertIsNone(client.wait(lambda e: e.what != "message", QUIET_S))

    def test_with_heartbeats_the_session_stays_attached_and_without_it_does_not(self):
        client = self.connected()
        client.heartbeats = True
        client.wait(lambda e: False, 2.5)  # longer than heartbeat_volatile_ms
        self.assertEqual(self.state_of(client.session)["state"], "ATTACHED")
        client.heartbeats = False
        client.wait(lambda e: False, 2.5)
        changes = [(e["new_state"], e["reason_code"]) for e in self.events_of(client.session)
                   if e["event_type"] == "SessionStateChange"]
        self.assertEqual(changes[1:2], [("VOLATILE", "heartbeat_timeout")])
        self.assertNotIn(Kind.TERMINATE, [e.value.kind for e in client.events
                                          if e.what == "message"])
