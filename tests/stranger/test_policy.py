# SPDX-License-Identifier: Apache-2.0
"""What the gateway tells of its policy while a session lives: docs/PROTOCOL.md, section 9."""

from gateway import ENDPOINT
from gateway_case import GatewayCase

from lab import topology
from messages import Kind
from policy import POLICY

QUIET_S = 0.4


class Updates(GatewayCase):
    def test_an_update_follows_done_and_is_repeated_until_it_is_answered(self):
        client = self.new_client()
        client.answers.pop(Kind.POLICY_UPDATE)
        client.connect(client.add(self.gateway.new_path()))
        self.addCleanup(self.end, client)
        first, second = (client.wait(lambda e: e.is_message(Kind.POLICY_UPDATE))
                         for _ in range(2))
        self.assertEqual(first.datagram, second.datagram)
        update = first.value
        self.assertEqual((update["policy_major"], update["policy_minor"]), (1, 0))
        self.assertEqual(POLICY.unpack(update["policy"]), client.offer["policy"])
        self.assertEqual(update["tunnel_mtu"], topology.TUNNEL_MTU)
        self.assertIn(update["endpoint0"], (None, ENDPOINT))
        client.on_policy(second)
        self.assertIsNone(client.wait(lambda e: e.is_message(Kind.POLICY_UPDATE), 2.0))

    def test_an_ack_of_another_version_does_not_count(self):
        client = self.new_client()
        client.answers.pop(Kind.POLICY_UPDATE)
        client.connect(client.add(self.gateway.new_path()))
        self.addCleanup(self.end, client)
        update = client.wait(lambda e: e.is_message(Kind.POLICY_UPDATE)).value
        client.say(Kind.POLICY_ACK, {"policy_major": 7, "policy_minor": 7}, update.number)
        self.assertIsNotNone(client.wait(lambda e: e.is_message(Kind.POLICY_UPDATE)))
