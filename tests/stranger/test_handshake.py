# SPDX-License-Identifier: Apache-2.0
"""Handshakes with a real gateway: what it answers, and what it leaves unanswered."""

from gateway import LTE_ADDRESSES, PSK, UNKNOWN, ping
from gateway_case import GatewayCase

import wire
from handshake import Attempt
from lab import topology
from messages import Kind
from primitives import AES_256_GCM, CHACHA20_POLY1305, KeyPair, blake2b
from wire import mac1_key

QUIET_S = 0.2


class Handshakes(GatewayCase):
    def test_first_suite_offered_that_both_know_is_chosen_and_carries_packets(self):
        for offered, chosen in (((1, 2), AES_256_GCM), ((2, 1), CHACHA20_POLY1305),
                                ((99, 2), CHACHA20_POLY1305), ((7, 8, 9, 1), AES_256_GCM)):
            with self.subTest(offered=offered):
                client = self.connected(suites=offered)
                self.assertEqual(client.offer["suite"], chosen)
                self.assert_pings(client)
                self.assertTrue(ping(client, topology.SERVER6))
                self.end(client)

    def test_a_peer_with_a_fixed_suite_gets_it_although_it_prefers_another(self):
        client = self.connected("fixed", suites=(1, 2))
        self.assertEqual(client.offer["suite"], CHACHA20_POLY1305)
        self.assert_pings(client)

    def test_a_peer_with_a_psk_gets_a_session(self):
        client = self.connected("secret")
        self.assertEqual(client.offer["inner4"], "10.77.0.3")
        self.assertIsNone(client.offer["inner6"])
        self.assert_pings(client)

    def test_ack_tells_what_the_operator_configured(self):
        offer = self.connected().offer
        self.assertEqual((offer["inner4"], offer["inner6"]), (topology.CLIENT, topology.CLIENT6))
        self.assertEqual(offer["tunnel_mtu"], topology.TUNNEL_MTU)
        self.assertEqual((offer["policy_major"], offer["policy_minor"]), (1, 0))
        self.assertEqual(offer["policy"]["max_switches_per_min"], 120)
        self.assertEqual(offer["policy"]["heartbeat_interval_ms"], 500)

    def test_done_tells_the_source_seen_and_the_owner(self):
        client = self.connected()
        self.assertEqual(client.session.observed, client.bound.source)
        self.assertEqual(client.session.owner[0], 1)
        self.assertEqual(client.session.bound_version >> 32, client.session.owner_epoch)
        self.assert_bound(client, client.bound)

    def test_ack_names_the_session_that_lives_and_confirm_supersedes_it(self):
        first = self.connected()
        second = self.connected(session=first.session.id)
        self.assertEqual(second.offer["live_session"], first.session.id)
        self.assertNotEqual(second.session.id, first.session.id)
        ended = [e for e in self.events_of(first.session)
                 if e["event_type"] == "SessionTerminated"]
        self.assertEqual([e["reason_code"] for e in ended], ["superseded"])
        self.assert_pings(second)

    def test_the_same_confirm_gets_the_same_done_and_no_second_session(self):
        client = self.connected()
        done = next(e.datagram for e in client.events if e.is_message(Kind.HANDSHAKE_DONE))
        again = client.exchange(client.attempt.confirm, client.bound,
                                lambda e: e.is_message(Kind.HANDSHAKE_DONE))
        self.assertEqual(again.datagram, done)
        live = [s for s in self.deployment.sessions() if s["state"] != "TERMINATED"]
        self.assertEqual(len(live), 1)
        self.assert_pings(client)

    def test_a_confirm_from_another_source_is_no_handshake(self):
        client = self.new_client()
        path, other = client.add(self.gateway.new_path()), client.add(self.gateway.new_path(2))
        client.attempt = Attempt(*self.gateway.credentials()[:2])
        client.exchange(client.attempt.init, path, lambda e: e.what == "ack")
        client.send(client.attempt.confirm, other)
        self.assertIsNone(client.wait(lambda e: True, QUIET_S))
        client.confirm_handshake(path)
        self.addCleanup(self.end, client)
        self.assert_pings(client)

    def test_a_repeated_init_gets_an_ack_again_and_its_first_one_is_good(self):
        client = self.new_client()
        path = client.add(self.gateway.new_path())
        attempt = client.attempt = Attempt(*self.gateway.credentials()[:2])
        self.assertTrue(client.exchange(attempt.init, path, lambda e: e.what == "ack"))
        client.send(attempt.init, path)
        again = client.wait(lambda e: wire.kind_of(e.datagram) == wire.ACK)
        self.assertTrue(again)
        client.confirm_handshake(path)
        self.addCleanup(self.end, client)
        self.assert_pings(client)

    def test_a_replayed_init_changes_nothing_for_the_session_that_lives(self):
        client = self.connected()
        before = self.binding_of(client.session)
        sessions = len(self.deployment.sessions())
        for path in (client.bound, client.add(self.gateway.new_path(2, LTE_ADDRESSES[1]))):
            client.send(client.attempt.init, path)
            self.assertTrue(client.wait(lambda e: wire.kind_of(e.datagram) == wire.ACK))
        self.assertEqual(self.binding_of(client.session), before)
        self.assertEqual(len(self.deployment.sessions()), sessions)
        self.assert_pings(client)

    def test_a_gateway_at_rest_does_not_look_at_mac2(self):
        client = self.new_client()
        path = client.add(self.gateway.new_path())
        client.attempt = Attempt(*self.gateway.credentials()[:2])
        init = wire.with_cookie(client.attempt.init, bytes(16))
        self.assertTrue(client.exchange(init, path, lambda e: e.what == "ack"))


class Silence(GatewayCase):
    """To what is refused there is no answer; a good INIT behind it shows that G was listening."""

    def refused(self, datagram):
        client = self.new_client()
        path = client.add(self.gateway.new_path())
        client.send(datagram, path)
        attempt = client.attempt = Attempt(*self.gateway.credentials()[:2])
        self.assertTrue(client.exchange(attempt.init, path, lambda e: e.what == "ack"))
        client.wait(lambda e: False, QUIET_S)
        others = [e for e in client.events if e.datagram[1:8] != attempt.id]
        self.assertEqual(others, [], "the refused datagram was answered")

    def attempt(self, static=None, psk=bytes(32), **changes):
        return Attempt((static or self.gateway.phone, psk), self.gateway.public, **changes).init

    def with_mac1(self, body):
        """The body of an INIT with the mac1 that fits it."""
        return body + blake2b(128, body, mac1_key(self.gateway.public)) + bytes(16)

    def test_bad_mac1(self):
        init = bytearray(self.attempt())
        init[-32] ^= 1
        self.refused(bytes(init))

    def test_a_changed_bit_of_noise_under_a_right_mac1(self):
        body = bytearray(self.attempt()[:-32])
        for at in (8, 40, 90, len(body) - 1):
            with self.subTest(at=at):
                changed = body.copy()
                changed[at] ^= 1
                self.refused(self.with_mac1(bytes(changed)))

    def test_wrong_sizes(self):
        init = self.attempt()
        for datagram in (init[:-1], init + b"\0", init[:100], b"", init[:8]):
            with self.subTest(size=len(datagram)):
                self.refused(datagram)

    def test_low_bits_of_the_first_byte(self):
        body = bytearray(self.attempt()[:-32])
        body[0] |= 1
        self.refused(self.with_mac1(bytes(body)))

    def test_an_unknown_peer(self):
        self.refused(self.attempt(UNKNOWN))

    def test_another_gateways_key(self):
        self.refused(Attempt((self.gateway.phone, bytes(32)), KeyPair().public).init)

    def test_a_psk_that_is_not_this_peers(self):
        self.refused(self.attempt(psk=PSK))
        secret = self.gateway.credentials("secret")[0][0]
        self.refused(self.attempt(secret, bytes(range(32))))
        self.refused(self.attempt(secret, bytes(32)))

    def test_no_common_version_or_suite(self):
        self.refused(self.attempt(versions=bytes([2, 0, 0, 0])))
        self.refused(self.attempt(suites=(3, 4)))

    def test_payloads_that_deviate_from_the_format(self):
        for changes in ({"version_count": 0, "versions": bytes(4)}, {"version_count": 5},
                        {"version_count": 2, "versions": b"\1\1\0\0"},
                        {"versions": b"\1\0\0\2"}, {"suites": (1, 1)}, {"suite_count": 9},
                        {"suite_count": 0, "suites": ()}):
            with self.subTest(**changes):
                self.refused(self.attempt(**changes))
