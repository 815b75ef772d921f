# SPDX-License-Identifier: Apache-2.0
"""What a policy lets a session carry: iperf3 floods it each way."""

from lab.deployment import Settings
from support import RunningLabCase

UP_BPS, DOWN_BPS = 8_000_000, 16_000_000
BURST = 200_000  # a sender that was put off for a tenth of a second catches up
DATAGRAM = 1200
HEADERS = 28


class Meters(RunningLabCase):
    settings = Settings(policy={
        "meters.up_peak_bps": UP_BPS, "meters.up_peak_burst_bytes": BURST,
        "meters.down_peak_bps": DOWN_BPS, "meters.down_peak_burst_bytes": BURST})

    def test_a_flood_gets_the_peak_rate_each_way_and_the_rest_is_counted(self):
        for options, bps, drops in (((), UP_BPS, "metered_up"), (("-R",), DOWN_BPS, "metered_down")):
            seconds = 4
            megabits, _ = self.megabits("-u", "-b", "40M", "-l", DATAGRAM, *options,
                                        seconds=seconds)
            inner_bps = megabits * 1e6 * (DATAGRAM + HEADERS) / DATAGRAM
            self.assertGreater(inner_bps, 0.9 * bps, drops)
            self.assertLess(inner_bps, 1.02 * (bps + BURST * 8 / seconds), drops)
            self.wait_for(lambda drops=drops: self.deployment.session()[drops] > 1000, drops)
            self.assertGreater(self.deployment.counter(drops), 1000)
