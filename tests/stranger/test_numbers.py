# SPDX-License-Identifier: Apache-2.0
"""Which message numbers a real gateway takes: docs/PROTOCOL.md, section 8."""

from test_jumps import QUIET_S, JumpCase

from messages import Kind


class Numbers(JumpCase):
    def probes(self, client, path, count):
        client.answers.pop(Kind.PATH_CHALLENGE)
        body = {"path": path.ident, "round_trip_us": 0, "loss_ppm": 0}
        messages = [client.session.message(Kind.PATH_PROBE, body) for _ in range(count)]
        return [(message.number, client.session.seal(message)) for message in messages]

    def answered(self, client, path, datagram):
        """The number that the answer to this datagram answers, or None."""
        client.send(datagram, path)
        event = client.wait(lambda e: e.is_message(Kind.PATH_CHALLENGE), QUIET_S)
        return event and event.value.answers

    def test_those_of_class_2_count_once_each_in_any_order(self):
        client = self.connected()
        path = self.elsewhere(client)
        probes = self.probes(client, path, 3)
        for number, datagram in reversed(probes):
            self.assertEqual(self.answered(client, path, datagram), number)
        for _, datagram in probes:
            self.assertIsNone(self.answered(client, path, datagram))

    def test_those_of_class_2_that_are_64_behind_do_not_count(self):
        client = self.connected()
        path = self.elsewhere(client)
        probes = self.probes(client, path, 66)
        self.assertEqual(self.answered(client, path, probes[65][1]), probes[65][0])
        self.assertIsNone(self.answered(client, path, probes[1][1]))
        self.assertEqual(self.answered(client, path, probes[2][1]), probes[2][0])
