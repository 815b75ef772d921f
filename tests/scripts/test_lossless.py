# SPDX-License-Identifier: Apache-2.0
"""The search for the highest rate without loss, beside a tunnel of a known capacity."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from lab import lossless  # noqa: E402


def search(capacity, unlucky=(), sender_limit=10**9):
    """A search whose flows lose what is above the capacity; `unlucky` tries lose one all the same."""
    tries = []

    def measure(rate):
        tries.append(rate)
        sent = min(rate, sender_limit)
        lost = max(rate - capacity, 0) + (len(tries) in unlucky)
        return lossless.Step(rate, sent, sent - lost, lost)
    found = lossless.Search(measure, tell=lambda step: None)
    return found.highest(), found.steps


class Lossless(unittest.TestCase):
    def test_it_finds_the_capacity_from_below(self):
        for capacity in (12_000, 60_000, 400_000):
            rate, _ = search(capacity)
            self.assertLessEqual(rate, capacity)
            self.assertGreater(rate, 0.85 * capacity)

    def test_one_loss_may_have_been_a_strangers_doing(self):
        self.assertEqual(search(60_000, unlucky=(1, 4))[0], search(60_000)[0])

    def test_two_losses_at_one_rate_end_the_ladder(self):
        rate, _ = search(60_000, unlucky=(2, 3))
        self.assertLess(rate, 15_000)

    def test_a_sender_that_does_not_keep_pace_proves_nothing(self):
        self.assertLessEqual(search(10**9, sender_limit=60_000)[0], 62_000)

    def test_it_says_nothing_held_where_nothing_did(self):
        rate, steps = search(9_000)
        self.assertEqual((rate, len(steps)), (0, lossless.TRIES))

    def test_it_ends_whatever_the_tunnel_takes(self):
        self.assertLessEqual(len(search(10**9)[1]), lossless.MOST_RUNGS)


if __name__ == "__main__":
    unittest.main()
