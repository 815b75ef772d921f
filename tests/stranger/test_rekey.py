# SPDX-License-Identifier: Apache-2.0
"""Fresh keys, asked for by either side: docs/PROTOCOL.md, section 7."""

import time

from gateway import LTE_ADDRESSES
from gateway_case import POLICY, GatewayCase

import inner
from lab import topology
from messages import Kind
from rekey import KEEP_S
from traffic import epoch_bits_of

QUIET_S = 0.4
SLACK_S = 0.5


class RekeyCase(GatewayCase):
    def ask(self, client):
        """A whole rekey that the client asks for; the bytes of INIT and of ACK."""
        init, datagram = client.rekeys.ask()
        ack = client.exchange(datagram, None, lambda e: e.is_message(Kind.REKEY_ACK)
                              and e.value.answers == init.number)
        self.assertIsNotNone(ack, "REKEY_INIT was not answered")
        return datagram, ack.datagram

    def assert_pings_under(self, client, epoch):
        self.assert_pings(client)
        self.assertEqual(client.session.sealing_epoch, epoch)
        self.assertEqual(epoch_bits_of(client.events[-1].datagram), epoch & 0x0F)

    def let_old_keys_go(self, client):
        """Heartbeats until both sides have forgotten the keys before the newest."""
        end = time.monotonic() + KEEP_S + SLACK_S
        while time.monotonic() < end or len(client.session.receivers) > 1:
            client.evidence()
            client.wait(lambda e: False, 0.1)


class ClientAsks(RekeyCase):
    def test_both_sides_seal_under_the_new_keys_at_once(self):
        for suite in (1, 2):
            with self.subTest(suite=suite):
                client = self.connected(suites=(suite,))
                self.assert_pings_under(client, 0)
                self.ask(client)
                self.assert_pings_under(client, 1)
                self.end(client)

    def test_the_gateway_seals_under_the_old_keys_until_it_opened_something_new(self):
        client = self.connected()
        self.ask(client)
        client.session.sealing_epoch = 0  # as if the ACK had not come yet
        packet, reply = inner.ping(client.offer, topology.SERVER)
        client.send_packet(packet)
        event = client.wait(lambda e: e.what == "packet" and e.value == reply)
        self.assertEqual(epoch_bits_of(event.datagram), 0)
        client.session.sealing_epoch = 1
        self.assert_pings_under(client, 1)

    def test_the_same_init_gets_the_same_ack(self):
        client = self.connected()
        init, ack = self.ask(client)
        client.answers.pop(Kind.REKEY_ACK)
        again = client.exchange(init, None, lambda e: e.is_message(Kind.REKEY_ACK))
        self.assertEqual(again.datagram, ack)
        self.assert_pings_under(client, 1)

    def test_an_init_for_any_other_epoch_is_dropped(self):
        client = self.connected()
        for epoch in (0, 2, 3, 1 << 31):
            client.say(Kind.REKEY_INIT, {"key_epoch": epoch, "public": bytes([9]) + bytes(31)})
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.REKEY_ACK), QUIET_S))
        self.assert_pings_under(client, 0)

    def test_a_public_key_that_gives_zero_starts_nothing(self):
        client = self.connected()
        client.say(Kind.REKEY_INIT, {"key_epoch": 1, "public": bytes(32)})
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.REKEY_ACK), QUIET_S))
        self.assert_pings_under(client, 0)

    def test_no_rekey_begins_before_the_last_one_is_over(self):
        client = self.connected()
        self.ask(client)
        client.evidence()
        _, datagram = client.rekeys.ask()
        client.send(datagram)
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.REKEY_ACK), QUIET_S))
        client.rekeys.pending = None
        self.let_old_keys_go(client)
        self.ask(client)
        self.assert_pings_under(client, 2)

    def test_old_keys_open_nothing_once_they_were_forgotten(self):
        client = self.connected()
        old = client.session.senders[0]
        self.ask(client)
        packets = [inner.ping(client.offer, topology.SERVER) for _ in range(2)]
        client.evidence()
        client.send(old.seal(client.session.gateway_tag, packets[0][0]))
        self.assertTrue(client.wait(lambda e: e.what == "packet" and e.value == packets[0][1]))
        self.let_old_keys_go(client)
        client.send(old.seal(client.session.gateway_tag, packets[1][0]))
        self.assertIsNone(client.wait(lambda e: e.what == "packet", QUIET_S))
        self.assert_pings_under(client, 1)

    def test_a_jump_changes_no_keys_and_works_while_two_epochs_live(self):
        client = self.connected()
        self.ask(client)
        answer = client.jump(client.add(self.gateway.new_path(2, LTE_ADDRESSES[1])))
        self.assertTrue(answer.is_message(Kind.REATTACH_ACK), answer)
        self.assertIn(answer.value["key_epoch"], (0, 1))
        self.assert_pings_under(client, 1)


class GatewayAsks(RekeyCase):
    policy = {**POLICY, "security.rekey_after_ms": 1000}

    def wait_for_init(self, client):
        """Data flows until the gateway asks; its REKEY_INIT."""
        for _ in range(100):
            client.send_packet(inner.ping(client.offer, topology.SERVER)[0])
            event = client.wait(lambda e: e.is_message(Kind.REKEY_INIT), 0.05)
            if event is not None:
                return event
        return self.fail("the gateway did not ask for fresh keys")

    def assert_comes_to(self, client, epoch):
        """The gateway shows its new keys by what it seals; then the client seals under them."""
        for _ in range(20):
            if client.session.sealing_epoch == epoch:
                break
            client.evidence()
        self.assert_pings_under(client, epoch)

    def test_the_client_answers_and_seals_under_them_once_the_gateway_did(self):
        client = self.connected()
        self.wait_for_init(client)
        self.assertEqual(client.session.sealing_epoch, 0, "the gateway has not shown its keys")
        self.assert_comes_to(client, 1)

    def test_an_init_without_answer_comes_again_in_the_same_bytes(self):
        client = self.connected()
        client.answers.pop(Kind.REKEY_INIT)
        first = self.wait_for_init(client)
        second = client.wait(lambda e: e.is_message(Kind.REKEY_INIT))
        self.assertEqual(second.datagram, first.datagram)
        client.on_rekey_init(second)
        self.assert_comes_to(client, 1)

    def test_the_same_answer_again_does_no_harm(self):
        client = self.connected()
        init = self.wait_for_init(client)
        for _ in range(2):
            client.on_rekey_init(init)
        self.assert_comes_to(client, 1)

    def test_if_both_ask_at_once_the_gateways_wish_counts(self):
        client = self.connected()
        client.answers.pop(Kind.REKEY_INIT)
        init = self.wait_for_init(client)
        _, datagram = client.rekeys.ask()
        client.send(datagram)
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.REKEY_ACK), QUIET_S))
        client.on_rekey_init(init)
        self.assert_comes_to(client, 1)
