# SPDX-License-Identifier: Apache-2.0
"""Fresh keys, asked for by either side: docs/PROTOCOL.md, section 7."""

import time

from gateway_lab import LTE_ADDRESSES, GatewayCase, waits_for

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


@waits_for("REKEY")
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
        client.rekeys.ask, real = client.rekeys.ask, client.rekeys.ask
        self.ask(client)
        old = client.session.senders[0]
        sender, client.session.senders[1] = client.session.senders[1], old
        self.assert_pings(client)  # sealed under epoch 0, as before ACK
        self.assertEqual(epoch_bits_of(client.events[-1].datagram), 0)
        client.session.senders[1] = sender
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

    def test_a_rekey_begins_only_when_the_last_one_is_over_and_old_keys_open_nothing_then(self):
        client = self.connected()
        self.ask(client)
        early = client.session.senders[0]
        client.evidence()
        _, datagram = client.rekeys.ask()
        client.send(datagram)
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.REKEY_ACK), QUIET_S))
        client.rekeys.pending = None
        self.let_old_keys_go(client)
        failed = self.deployment.counters()
        client.send(early.seal(client.session.gateway_tag, bytes(128)))
        self.ask(client)
        self.assert_pings_under(client, 2)
        self.assertNotEqual(self.deployment.counters(), failed)

    def test_a_jump_changes_no_keys_and_works_while_two_epochs_live(self):
        client = self.connected()
        self.ask(client)
        answer = client.jump(client.add(self.new_path(2, LTE_ADDRESSES[1])))
        self.assertTrue(answer.is_message(Kind.REATTACH_ACK), answer)
        self.assertEqual(answer.value["key_epoch"], 1)
        self.assert_pings_under(client, 1)
