# SPDX-License-Identifier: Apache-2.0
"""A gateway that got more INITs than it trusts asks for cookies: docs/PROTOCOL.md, section 3.2."""

from gateway import LTE_ADDRESSES
from gateway_case import POLICY, GatewayCase

import wire
from handshake import Attempt

MANY = 10


class Cookies(GatewayCase):
    policy = {**POLICY, "limits.handshakes_per_s": 2}  # without mac2 one in a second, then

    def setUp(self):
        self.client = self.new_client()
        self.path = self.client.add(self.gateway.new_path())

    def attempt(self):
        self.client.attempt = Attempt(*self.gateway.credentials()[:2])
        return self.client.attempt

    def first_answer(self, path):
        self.client.send(self.client.attempt.init, path)
        return self.client.wait(lambda e: wire.kind_of(e.datagram) in (wire.ACK, wire.COOKIE))

    def wait_for_cookie(self, path):
        """Attempts until one is answered by a COOKIE, which is then obeyed."""
        for _ in range(MANY):
            self.attempt()
            answer = self.first_answer(path)
            if answer is not None and answer.what == "cookie":
                return answer
        return self.fail("no COOKIE came")

    def test_beyond_its_budget_it_answers_by_a_cookie_and_mac2_opens_the_door(self):
        cookie = self.wait_for_cookie(self.path)
        self.assertEqual(len(cookie.datagram), wire.COOKIE_SIZE)
        self.assertLessEqual(cookie.value, 5000)
        self.client.wait(lambda e: False, cookie.value / 1000)
        self.assertTrue(self.client.exchange(self.client.attempt.init, self.path,
                                             lambda e: e.what == "ack"))
        self.client.confirm_handshake(self.path)
        self.addCleanup(self.end, self.client)
        self.assert_pings(self.client)

    def test_a_cookie_holds_for_one_source_and_one_attempt_only(self):
        other = self.client.add(self.gateway.new_path(2, LTE_ADDRESSES[1]))
        self.wait_for_cookie(self.path)
        kept = self.client.attempt
        self.wait_for_cookie(other)  # so the budget is used up now
        self.client.attempt = kept
        self.assertEqual(self.first_answer(other).what, "cookie")

    def test_a_forged_cookie_is_not_obeyed(self):
        cookie = self.wait_for_cookie(self.path)
        init = self.client.attempt.init
        for at in (1, 8, 31, 32, -1):
            forged = bytearray(cookie.datagram)
            forged[at] ^= 1
            self.assertEqual(self.client.receive(bytes(forged), self.path).what, "refused")
        self.assertEqual(self.client.attempt.init, init)
