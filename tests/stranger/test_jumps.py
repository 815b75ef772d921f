# SPDX-License-Identifier: Apache-2.0
"""Jumps of a session at a real gateway: docs/PROTOCOL.md, section 6.1."""

import time

from gateway import LTE_ADDRESSES, WIFI_ADDRESS, ping
from gateway_case import GatewayCase
from lab import topology

import inner
from messages import PADDED_SIZE, Kind
from reattach import Reattach
from wire import control_overhead

QUIET_S = 0.3
LOSS_RECOVERY = 10
STALE_STATE_VERSION, COOLDOWN_ACTIVE = 32, 37
ANSWERS = (Kind.REATTACH_CHALLENGE, Kind.REATTACH_ACK, Kind.REATTACH_REJECT)


class JumpCase(GatewayCase):
    def elsewhere(self, client, address=LTE_ADDRESSES[1], ident=2):
        """A path of the client by another source."""
        return client.add(self.gateway.new_path(ident, address))

    def challenge(self, client, path, **changes):
        """A jump up to its CHALLENGE."""
        answer = client.answer_to_jump(path, client.request(path, **changes))
        self.assertTrue(answer and answer.is_message(Kind.REATTACH_CHALLENGE), answer)
        return answer.value

    def assert_jumps(self, client, path, **changes):
        answer = client.jump(path, **changes)
        self.assertTrue(answer and answer.is_message(Kind.REATTACH_ACK), answer)
        self.assert_bound(client, path)
        self.assert_pings(client)
        return answer

    def assert_nothing_changes(self, client, datagrams, paths):
        """They move nothing, and the session goes on."""
        before, seen = self.binding_of(client.session), len(client.events)
        for datagram in datagrams:
            for path in paths:
                client.send(datagram, path)
        client.wait(lambda e: False, QUIET_S)
        self.assertEqual(self.binding_of(client.session), before)
        self.assertNotIn(Kind.REATTACH_ACK, self.kinds_of(client, since=seen))
        self.assert_pings(client)

    def confirm_for(self, client, path):
        """A CONFIRM with the token of a CHALLENGE, not sent yet."""
        challenge = self.challenge(client, path)
        return client.reattach.confirm(challenge)

    @staticmethod
    def kinds_of(client, since=0):
        return [e.value.kind for e in client.events[since:] if e.what == "message"]


class Unplanned(JumpCase):
    def test_to_another_port_and_to_another_address(self):
        client = self.connected()
        for address in (LTE_ADDRESSES[0], LTE_ADDRESSES[1]):
            with self.subTest(address=address):
                self.assert_jumps(client, self.elsewhere(client, address))

    def test_from_behind_a_nat_the_source_told_is_the_one_that_the_gateway_sees(self):
        client = self.connected()
        answer = client.jump(self.elsewhere(client, WIFI_ADDRESS))
        self.assertTrue(answer.is_message(Kind.REATTACH_ACK))
        self.assertEqual(client.session.observed[0], topology.WIFI_WAN)
        self.assert_pings(client)

    def test_the_owner_takes_a_request_without_a_ticket_too(self):
        client = self.connected()
        path = self.elsewhere(client)
        client.reattach = Reattach(client.session, path.ident)
        client.reattach.request()
        message = client.reattach.latest[0]
        plain = message.pack(PADDED_SIZE - control_overhead(False))
        answer = client.answer_to_jump(path, client.session.seal_plain(plain))
        self.assertTrue(answer and answer.is_message(Kind.REATTACH_CHALLENGE), answer)
        self.assertEqual(answer.value.answers, message.number)

    def test_challenge_tells_the_source_and_binds_nothing(self):
        client = self.connected()
        before, path = self.binding_of(client.session), self.elsewhere(client)
        challenge = self.challenge(client, path)
        self.assertEqual(challenge["observed"], path.source)
        self.assertEqual((challenge["node"], challenge["incarnation"]), client.session.owner)
        self.assertEqual(challenge["ephemeral"], bytes(32), "the keys stay")
        self.assertEqual(self.binding_of(client.session), before)
        self.assert_pings(client)

    def test_ack_tells_source_version_and_keys_and_downlink_follows_it(self):
        client = self.connected()
        path, version = self.elsewhere(client), client.session.bound_version
        answer = self.assert_jumps(client, path)
        self.assertEqual(answer.value["observed"], path.source)
        self.assertEqual(answer.value["key_epoch"], 0)
        self.assertGreater(answer.value["bound_version"], version)
        self.assertTrue(ping(client, topology.SERVER6))
        self.assertIs(client.events[-1].path, path)

    def test_no_answer_is_longer_than_what_provoked_it(self):
        client = self.connected()
        path = self.elsewhere(client)
        request = client.request(path)
        challenge = client.answer_to_jump(path, request)
        confirm = client.reattach.confirm(challenge.value)
        ack = client.answer_to_jump(path, confirm)
        client.take_ack(ack.value, path)
        self.assertEqual((len(request), len(confirm)), (256, 256))
        self.assertLessEqual(len(challenge.datagram), 256)
        self.assertLessEqual(len(ack.datagram), 256)

    def test_data_right_behind_confirm_is_delivered_once(self):
        client = self.connected()
        path = self.elsewhere(client)
        challenge = self.challenge(client, path)
        request, reply = inner.ping(client.offer, topology.SERVER)
        client.send(client.reattach.confirm(challenge), path)
        client.send_packet(request, path)
        came = []
        client.wait(lambda e: came.append(e.what if e.what != "packet" else e.value == reply)
                    and False, QUIET_S)
        ack = next(e for e in client.events if e.is_message(Kind.REATTACH_ACK))
        client.take_ack(ack.value, path)
        self.assertEqual(came.count(True), 1, came)

    def test_what_leaves_by_the_old_path_still_counts_while_it_drains_and_not_later(self):
        client = self.connected()
        old = client.bound
        self.assert_jumps(client, self.elsewhere(client))
        drained_s = client.offer["policy"]["drain_ms"] / 1000 + 0.2
        for pause_s, counts in ((0, True), (drained_s, False)):
            with self.subTest(pause_s=pause_s):
                client.wait(lambda e: False, pause_s)
                request, reply = inner.ping(client.offer, topology.SERVER)
                client.send_packet(request, old)
                came = client.wait(lambda e: e.what == "packet" and e.value == reply, QUIET_S)
                self.assertEqual(came is not None, counts)


class LostAnswers(JumpCase):
    def test_the_same_confirm_from_the_same_source_gets_the_same_ack(self):
        client = self.connected()
        path = self.elsewhere(client)
        answer = self.assert_jumps(client, path)
        confirm = self.last_confirm
        for _ in range(3):
            again = client.exchange(confirm, path, lambda e: e.is_message(*ANSWERS), 0.1)
            self.assertEqual(again.datagram, answer.datagram)
        self.assertEqual(self.state_of(client.session)["total_switches"], 1)

    def test_the_same_confirm_from_another_source_is_challenged(self):
        client = self.connected()
        self.assert_jumps(client, self.elsewhere(client))
        before = self.binding_of(client.session)
        other = self.elsewhere(client, LTE_ADDRESSES[2], 3)
        answer = client.exchange(self.last_confirm, other, lambda e: e.path is other, 0.1)
        self.assertTrue(answer.is_message(Kind.REATTACH_CHALLENGE), answer)
        self.assertEqual(answer.value["observed"], other.source)
        self.assertEqual(self.binding_of(client.session), before)

    def test_a_confirm_whose_token_is_for_another_source_is_challenged_and_that_is_good(self):
        client = self.connected()
        path, other = self.elsewhere(client), self.elsewhere(client, LTE_ADDRESSES[2], 3)
        confirm = self.confirm_for(client, path)
        answer = client.answer_to_jump(other, confirm)
        self.assertTrue(answer.is_message(Kind.REATTACH_CHALLENGE), answer)
        self.assertEqual(answer.value["observed"], other.source)
        self.assertTrue(client.finish_jump(other, answer).is_message(Kind.REATTACH_ACK))
        self.assert_bound(client, other)

    def test_an_ack_that_was_lost_may_be_asked_for_until_the_next_jump_and_then_it_is_stale(self):
        client = self.connected()
        first, second = self.elsewhere(client), self.elsewhere(client, LTE_ADDRESSES[2], 3)
        self.assert_jumps(client, first)
        old = self.last_confirm
        self.assert_jumps(client, second)
        self.assert_nothing_changes(client, [old], [first, second, client.paths[0]])

    def assert_jumps(self, client, path, **changes):
        made = []
        real = Reattach.confirm

        def remembered(reattach, challenge):
            made.append(real(reattach, challenge))
            return made[-1]

        Reattach.confirm = remembered
        try:
            answer = super().assert_jumps(client, path, **changes)
        finally:
            Reattach.confirm = real
        self.last_confirm = made[-1]
        return answer


class Refused(JumpCase):
    def test_a_stale_bound_version_is_told_the_current_one_and_may_ask_again(self):
        client = self.connected()
        self.assert_jumps(client, self.elsewhere(client))
        path = self.elsewhere(client, LTE_ADDRESSES[2], 3)
        before = self.binding_of(client.session)
        answer = client.jump(path, bound_version=client.session.bound_version - 1)
        self.assertTrue(answer.is_message(Kind.REATTACH_REJECT), answer)
        self.assertEqual(answer.value["reason"], STALE_STATE_VERSION)
        self.assertEqual(answer.value["bound_version"], client.session.bound_version)
        self.assertEqual(self.binding_of(client.session), before)
        self.assertLessEqual(len(answer.datagram), 160)
        self.assert_jumps(client, path)

    def test_a_switch_without_need_waits_for_the_cooldown(self):
        client = self.connected()
        self.assert_jumps(client, self.elsewhere(client))
        path = self.elsewhere(client, LTE_ADDRESSES[2], 3)
        client.reattach = Reattach(client.session, path.ident, LOSS_RECOVERY)
        answer = client.finish_jump(path, client.answer_to_jump(path, self.sent_request(client,
                                                                                        path)))
        self.assertTrue(answer.is_message(Kind.REATTACH_REJECT), answer)
        self.assertEqual(answer.value["reason"], COOLDOWN_ACTIVE)
        wait_ms = answer.value["retry_after_ms"]
        self.assertTrue(0 < wait_ms <= client.offer["policy"]["switch_cooldown_ms"], wait_ms)
        time.sleep(wait_ms / 1000)
        client.reattach = Reattach(client.session, path.ident, LOSS_RECOVERY)
        answer = client.finish_jump(path, client.answer_to_jump(path, self.sent_request(client,
                                                                                        path)))
        self.assertTrue(answer.is_message(Kind.REATTACH_ACK), answer)

    @staticmethod
    def sent_request(client, path):
        datagram = client.reattach.request()
        client.send(datagram, path)
        return datagram

    def test_replayed_messages_of_an_earlier_jump_change_nothing(self):
        client = self.connected()
        path = self.elsewhere(client)
        request = client.request(path)
        challenge = client.answer_to_jump(path, request).value
        confirm = client.reattach.confirm(challenge)
        client.take_ack(client.answer_to_jump(path, confirm).value, path)
        self.assert_jumps(client, self.elsewhere(client, LTE_ADDRESSES[2], 3))
        self.assert_nothing_changes(client, [request, confirm, request], client.paths)

    def test_a_changed_bit_or_a_missing_end_makes_a_message_nothing(self):
        client = self.connected()
        path = self.elsewhere(client)
        confirm = self.confirm_for(client, path)
        forged = [confirm[:at] + bytes([confirm[at] ^ 1]) + confirm[at + 1:]
                  for at in (0, 1, 7, 8, 31, 32, 91, 92, 150, 239, 255)]
        cut = [confirm[:size] for size in (1, 31, 32, 91, 92, 107, 200, 255)]
        self.assert_nothing_changes(client, forged + cut, [path])
        answer = client.answer_to_jump(path, confirm)
        self.assertTrue(answer.is_message(Kind.REATTACH_ACK), "the real one still counts")

    def test_a_token_that_nobody_gave_binds_nothing(self):
        client = self.connected()
        before, path = self.binding_of(client.session), self.elsewhere(client)
        challenge = self.challenge(client, path)
        forged = bytearray(challenge["token"])
        forged[-1] ^= 1
        challenge.body["token"] = bytes(forged)
        client.send(client.reattach.confirm(challenge), path)
        answer = client.wait(lambda e: e.is_message(Kind.REATTACH_ACK), QUIET_S)
        self.assertIsNone(answer)
        self.assertEqual(self.binding_of(client.session), before)
        self.assert_pings(client)

    def test_a_newer_number_voids_an_older_one(self):
        client = self.connected()
        path = self.elsewhere(client)
        older = self.confirm_for(client, path)
        self.challenge(client, path)  # a REQUEST with a higher number
        self.assert_nothing_changes(client, [older], [path])
