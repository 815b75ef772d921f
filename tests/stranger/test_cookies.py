# SPDX-License-Identifier: Apache-2.0
"""A gateway whose control thread lags asks for cookies: docs/PROTOCOL.md, section 3.2."""

import signal
import time

from gateway import LTE_ADDRESSES
from gateway_case import GatewayCase, waits_for

import wire
from handshake import Attempt

LAG_S = 0.2      # the gateway stands still for so long: then it is loaded
CALM_S = 2.5     # by then it is not


@waits_for("COOKIE")
class Cookies(GatewayCase):
    def setUp(self):
        self.client = self.new_client()
        self.path = self.client.add(self.gateway.new_path())
        self.attempt = self.client.attempt = Attempt(*self.gateway.credentials()[:2])
        time.sleep(CALM_S)

    def load(self):
        """The INITs that came meanwhile meet a gateway that knows that it is late."""
        for _ in range(2):
            self.deployment.gateway.signal(signal.SIGSTOP)
            time.sleep(LAG_S)
            self.deployment.gateway.signal(signal.SIGCONT)
            time.sleep(0.02)

    def cookie(self):
        self.load()
        self.client.send(self.attempt.init, self.path)
        event = self.client.wait(lambda e: e.what in ("cookie", "ack"))
        self.assertEqual(event and event.what, "cookie")
        return event

    def test_a_loaded_gateway_answers_by_a_cookie_and_its_mac2_opens_the_door(self):
        event = self.cookie()
        self.assertEqual(len(event.datagram), wire.COOKIE_SIZE)
        self.assertLessEqual(event.value, 5000)
        self.client.wait(lambda e: False, event.value / 1000)
        self.assertTrue(self.client.exchange(self.attempt.init, self.path,
                                             lambda e: e.what == "ack"))
        self.client.confirm_handshake(self.path)
        self.addCleanup(self.end, self.client)
        self.assert_pings(self.client)

    def test_a_cookie_holds_for_one_source_only(self):
        self.cookie()
        self.load()
        other = self.client.add(self.gateway.new_path(2, LTE_ADDRESSES[1]))
        self.client.send(self.attempt.init, other)
        event = self.client.wait(lambda e: True)
        self.assertEqual(wire.kind_of(event.datagram), wire.COOKIE)

    def test_a_gateway_at_rest_does_not_look_at_mac2(self):
        self.attempt.init = wire.with_cookie(self.attempt.init, bytes(16))
        self.assertTrue(self.client.exchange(self.attempt.init, self.path,
                                             lambda e: e.what == "ack"))
