# SPDX-License-Identifier: Apache-2.0
"""Notices, path checks and candidates at a real gateway: docs/PROTOCOL.md, sections 6.2 and 6.3."""

import time

from gateway import LTE_ADDRESSES, WIFI_ADDRESS
from lab import topology
from test_jumps import ANSWERS, QUIET_S, JumpCase

import inner
from messages import Kind
from reattach import NAT_REBIND_DETECTED, Reattach

SETTLE_S = 0.3  # by then the gateway has taken a PATH_RESPONSE


class Rebindings(JumpCase):
    def move(self, client, address=LTE_ADDRESSES[0]):
        """The path in use gets another source, and nobody tells the client."""
        fresh = self.gateway.new_path(client.bound.ident, address)
        client.bound.socket.close()
        client.bound.socket = fresh.socket

    def follow(self, client):
        """Heartbeats until a NOTICE was answered and an ACK came, which is taken."""
        for _ in range(10):
            client.ask_heartbeat()
            event = client.wait(lambda e: e.is_message(Kind.REATTACH_ACK), 0.3)
            if event is not None:
                client.take_ack(event.value, event.path)
                return event
        return None

    def assert_followed(self, client, before):
        self.assertIsNotNone(self.follow(client))
        self.assertGreater(client.session.bound_version, before)
        self.assert_pings(client)
        switches = [e["reason_code"] for e in self.events_of(client.session)
                    if e["event_type"] == "TransportSwitch"]
        self.assertEqual(switches[-1:], ["nat_rebind_detected"])

    def test_data_from_another_port_and_address_draws_a_notice_and_confirm_binds_it(self):
        client = self.connected()
        for address in (LTE_ADDRESSES[0], LTE_ADDRESSES[1]):
            with self.subTest(address=address):
                before = client.session.bound_version
                self.move(client, address)
                self.assert_followed(client, before)
                self.assert_bound(client, client.bound)
                time.sleep(0.3)  # no second notice at once to a source that was just challenged

    def test_a_nat_that_forgets(self):
        client = self.new_client()
        client.connect(client.add(self.gateway.new_path(0, WIFI_ADDRESS)))
        self.addCleanup(self.end, client)
        before, port = client.session.bound_version, client.session.observed[1]
        self.net.rebind_nat()
        self.assert_followed(client, before)
        self.assertEqual(client.session.observed[0], topology.WIFI_WAN)
        self.assertNotEqual(client.session.observed[1], port)

    def test_a_notice_is_no_longer_than_what_drew_it(self):
        client = self.connected()
        client.answers.pop(Kind.UNBOUND_NOTICE)
        self.move(client)
        packet, _ = inner.ping(client.offer, topology.SERVER, size=0)
        client.send_packet(packet)
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.UNBOUND_NOTICE), QUIET_S))
        client.ask_heartbeat()
        notice = client.wait(lambda e: e.is_message(Kind.UNBOUND_NOTICE))
        self.assertLessEqual(len(notice.datagram), 160)
        self.assertEqual(notice.value["observed"], client.bound.source)
        self.assertEqual(notice.value["bound_version"], client.session.bound_version)


class Copies(JumpCase):
    """An attacker with a source of its own, who sees what the client sends."""

    def setUp(self):
        self.client = self.connected()
        self.stranger = self.elsewhere(self.client, LTE_ADDRESSES[2], self.client.bound.ident)
        self.client.evidence()

    def outrun(self):
        """A packet whose copy came first, from the stranger; (datagram, reply, NOTICE, check)."""
        client = self.client
        client.answers.pop(Kind.UNBOUND_NOTICE, None)
        client.answers.pop(Kind.PATH_CHALLENGE, None)
        packet, reply = inner.ping(client.offer, topology.SERVER, size=200)
        datagram = client.session.seal_data(packet)
        client.send(datagram, self.stranger)
        came = {}
        client.wait(lambda e: e.what == "message" and came.update({e.value.kind: e})
                    or len(came) == 2)
        return (datagram, reply, came.get(Kind.UNBOUND_NOTICE), came.get(Kind.PATH_CHALLENGE))

    def respond(self, check):
        return self.client.say(Kind.PATH_RESPONSE, {
            "path": self.client.bound.ident, "token": check.value["token"]}, check.value.number)

    def test_a_copy_that_outruns_its_original_moves_nothing_and_the_original_counts(self):
        before = self.binding_of(self.client.session)
        datagram, reply, notice, check = self.outrun()
        self.assertIs(notice.path, self.stranger)
        self.assertIs(check.path, self.client.bound)
        self.assertEqual(check.value["observed"], self.client.bound.source)
        self.assertLessEqual(len(check.datagram), 160)
        self.respond(check)
        self.client.send(datagram)
        self.assertTrue(self.client.wait(lambda e: e.what == "packet" and e.value == reply))
        self.assertEqual(self.binding_of(self.client.session), before)

    def test_a_notice_answered_from_the_source_of_a_copy_is_taken_back_and_the_source_barred(self):
        client = self.client
        _, _, notice, check = self.outrun()
        jump = client.reattach = Reattach(client.session, client.bound.ident, NAT_REBIND_DETECTED)
        client.send(jump.confirm_notice(notice.value), self.stranger)
        stolen = client.wait(lambda e: e.is_message(Kind.REATTACH_ACK))
        self.assertIs(stolen.path, self.stranger)
        self.respond(check)
        back = client.wait(lambda e: e.is_message(Kind.REATTACH_ACK) and e.path is client.bound)
        self.assertIsNotNone(back, "the gateway tells that the old binding is back")
        self.assertGreater(back.value["bound_version"], stolen.value["bound_version"])
        client.take_ack(back.value, client.bound)
        self.assert_bound(client, client.bound)
        self.assert_pings(client)
        self.assertIn("SecurityPathRaceSuspected",
                      [e["event_type"] for e in self.events_of(client.session)])
        _, _, notice, _ = self.outrun_quietly()
        self.assertIsNone(notice, "a barred source is not noticed")

    def outrun_quietly(self):
        self.client.send(self.client.session.seal_data(
            inner.ping(self.client.offer, topology.SERVER, size=200)[0]), self.stranger)
        return (None, None, self.client.wait(lambda e: e.is_message(Kind.UNBOUND_NOTICE),
                                             QUIET_S), None)


class Candidates(JumpCase):
    def test_a_probe_is_challenged_at_its_source_and_binds_nothing(self):
        client = self.connected()
        before, path = self.binding_of(client.session), self.elsewhere(client)
        challenge = client.probe(path)
        self.assertIsNotNone(challenge)
        self.assertIs(challenge.path, path)
        self.assertEqual(challenge.value["observed"], path.source)
        self.assertLessEqual(len(challenge.datagram), 160)
        self.assertEqual(self.binding_of(client.session), before)
        self.assert_pings(client)

    def first_answer(self, client, path):
        client.wait(lambda e: False, SETTLE_S)
        return client.answer_to_jump(path, client.request(path))

    def test_a_request_from_a_candidate_is_committed_at_once(self):
        client = self.connected()
        path = self.elsewhere(client)
        client.probe(path)
        answer = self.first_answer(client, path)
        self.assertTrue(answer.is_message(Kind.REATTACH_ACK), answer)
        client.take_ack(answer.value, path)
        self.assert_bound(client, path)
        self.assert_pings(client)

    def test_its_repetition_gets_the_same_ack(self):
        client = self.connected()
        path = self.elsewhere(client)
        client.probe(path)
        answer = self.first_answer(client, path)
        request = client.reattach.latest[1]
        again = client.exchange(request, path, lambda e: e.is_message(*ANSWERS), 0.1)
        self.assertEqual(again.datagram, answer.datagram)
        client.take_ack(answer.value, path)
        self.assertEqual(self.state_of(client.session)["total_switches"], 1)

    def test_from_any_other_source_or_path_the_same_request_is_challenged(self):
        client = self.connected()
        path = self.elsewhere(client)
        client.probe(path)
        other = self.elsewhere(client, LTE_ADDRESSES[2], path.ident)
        answer = self.first_answer(client, other)
        self.assertTrue(answer.is_message(Kind.REATTACH_CHALLENGE), answer)
        path.ident += 1
        answer = self.first_answer(client, path)
        self.assertTrue(answer.is_message(Kind.REATTACH_CHALLENGE), answer)

    def test_an_unanswered_or_misanswered_path_challenge_makes_no_candidate(self):
        client = self.connected()
        path, other = self.elsewhere(client), self.elsewhere(client, LTE_ADDRESSES[2], 3)
        client.answers.pop(Kind.PATH_CHALLENGE)
        challenge = client.probe(path).value
        client.say(Kind.PATH_RESPONSE, {"path": path.ident, "token": challenge["token"]},
                   challenge.number, other)
        for asking in (path, other):
            answer = self.first_answer(client, asking)
            self.assertTrue(answer.is_message(Kind.REATTACH_CHALLENGE), answer)

    def test_a_candidate_that_is_too_old_is_challenged(self):
        client = self.connected()
        path = self.elsewhere(client)
        client.probe(path)
        age_s = client.offer["policy"]["candidate_max_age_ms"] / 1000
        client.wait(lambda e: False, age_s + 0.1)
        answer = self.first_answer(client, path)
        self.assertTrue(answer.is_message(Kind.REATTACH_CHALLENGE), answer)

    def test_nothing_is_lost_over_a_planned_jump(self):
        client = self.connected()
        old, path = client.bound, self.elsewhere(client)
        client.probe(path)
        client.wait(lambda e: False, SETTLE_S)
        pings = [inner.ping(client.offer, topology.SERVER) for _ in range(40)]
        request = client.request(path)
        sent = iter(pings)
        got = []
        for _ in range(20):
            client.send_packet(next(sent)[0], old)
            client.wait(lambda e: got.append(e) and False, 0.002)
        answer = next((e for e in client.events if e.is_message(Kind.REATTACH_ACK)
                       and client.reattach.answers_latest(e.value)), None) \
            or client.answer_to_jump(path, request)
        client.take_ack(answer.value, path)
        for request, _ in sent:
            client.send_packet(request, path)
        client.wait(lambda e: got.append(e) and False, 1.0)
        packets = [e.value for e in client.events if e.what == "packet"]
        counts = [sum(reply == packet for packet in packets) for _, reply in pings]
        self.assertEqual(counts, [1] * len(pings))
