# SPDX-License-Identifier: Apache-2.0
"""How sessions end, on either side's wish, and what is left: docs/PROTOCOL.md, section 11."""

from gateway_case import GatewayCase

import inner
from lab import topology
from messages import Kind, Message

QUIET_S = 0.3
OPERATOR_TERMINATED, PEER_TERMINATED, SECURITY_FAILURE = 18, 19, 21
MAX_FAILURES = 16


class Endings(GatewayCase):
    def ends_of(self, client):
        return [e["reason_code"] for e in self.events_of(client.session)
                if e["event_type"] == "SessionTerminated"]

    def test_the_client_ends_it_and_the_gateway_answers(self):
        client = self.connected()
        answer = client.terminate()
        self.assertIsNotNone(answer)
        self.assertEqual(answer.value["reason"], PEER_TERMINATED)
        self.assertEqual(self.ends_of(client), ["peer_terminated"])
        packet, reply = inner.ping(client.offer, topology.SERVER)
        client.send_packet(packet)
        self.assertIsNone(client.wait(lambda e: e.what == "packet", QUIET_S), "keys are wiped")

    def test_the_operator_ends_it_and_the_client_is_told(self):
        client = self.connected()
        self.deployment.ctl("terminate", client.session.id.hex())
        event = client.wait(lambda e: e.is_message(Kind.TERMINATE))
        self.assertEqual(event.value["reason"], OPERATOR_TERMINATED)
        self.assertEqual(event.value.answers, 0)
        self.assertEqual(client.ended, OPERATOR_TERMINATED)
        self.assertEqual(self.ends_of(client), ["operator_terminated"])

    def test_a_tombstone_repeats_terminate_to_datagrams_as_long_and_once_a_second(self):
        client = self.connected()
        self.deployment.ctl("terminate", client.session.id.hex())
        told = client.wait(lambda e: e.is_message(Kind.TERMINATE))
        client.wait(lambda e: False, 1.1)
        client.send(client.session.seal_data(bytes(8)))
        self.assertIsNone(client.wait(lambda e: True, QUIET_S), "that was shorter")
        for _ in range(3):
            client.ask_heartbeat()
        again = client.wait(lambda e: True)
        self.assertEqual(again.datagram, told.datagram)
        self.assertIsNone(client.wait(lambda e: True, QUIET_S), "at most once a second")

    def test_a_terminate_of_an_earlier_session_does_not_touch_the_next_one(self):
        client = self.connected()
        message = client.session.message(Kind.TERMINATE, {"reason": PEER_TERMINATED,
                                                          "version": client.session.version})
        datagram = client.session.seal(message)
        second = self.connected()
        for path in (client.bound, second.bound):
            second.send(datagram, path)
        second.wait(lambda e: False, QUIET_S)
        self.assertEqual(self.state_of(second.session)["state"], "ATTACHED")
        self.assert_pings(second)

    def test_a_terminate_that_was_changed_cut_or_sealed_by_another_key_ends_nothing(self):
        client = self.connected()
        message = client.session.message(Kind.TERMINATE, {"reason": PEER_TERMINATED,
                                                          "version": client.session.version})
        datagram = client.session.seal(message)
        for at in (0, 1, 8, 32, 50, len(datagram) - 1):
            client.send(datagram[:at] + bytes([datagram[at] ^ 1]) + datagram[at + 1:])
            client.send(datagram[:at])
        real, client.session.up = client.session.up, client.session.down
        client.send(client.session.seal(message))
        client.session.up = real
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.TERMINATE), QUIET_S))
        self.assert_pings(client)

    def test_sealed_messages_that_are_malformed_end_the_session_beyond_sixteen_a_minute(self):
        client = self.connected()
        client.wait(lambda e: False, QUIET_S)  # a gateway opens sixteen at once
        good = Message(Kind.POLICY_ACK, client.session.owner_epoch, 0, client.session.id, 0,
                       {"policy_major": 0, "policy_minor": 0}).pack()
        for sent in range(MAX_FAILURES + 1):
            number = client.session.next_number(Kind.POLICY_ACK)
            if sent == MAX_FAILURES:
                client.wait(lambda e: False, QUIET_S)
                self.assertIsNone(client.ended)
                self.assert_pings(client)
            client.send(client.session.seal_plain(
                good[:5] + b"\x63" + good[6:8] + number.to_bytes(8, "big") + good[16:]))
        event = client.wait(lambda e: e.is_message(Kind.TERMINATE))
        self.assertEqual(event.value["reason"], SECURITY_FAILURE)
        self.assertEqual(self.ends_of(client), ["security_failure"])
