# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks' figures are held to, and how they are shown."""

import sys
import unittest
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from bench import bars, page, parts, scaling, storms, table  # noqa: E402  (path: above)
from bench.results import Results  # noqa: E402


def row(path="uplink", sessions=1, size=64, ratio=1.5, draw="uniform"):
    return {"path": path, "sessions": sessions, "size": size, "mix": str(size), "draw": draw,
            "workers": 1, "ns": 34.0 * ratio, "floor_ns": 34.0, "ratio": ratio, "cycles": 90.0,
            "mpps": 19.6, "gbps": 10.0, "memory": "2 MB hugepages",
            "stages": {"cipher": 34.0, "lookup": 4.0}}


class Bars(unittest.TestCase):
    def test_every_cell_has_one_for_either_direction(self):
        cells = [row(path, sessions, size) for path in bars.PATHS for sessions in bars.SESSIONS
                 for size in bars.SIZES]
        self.assertEqual(len(bars.judged(cells)), 30)

    def test_each_direction_has_its_own(self):
        self.assertEqual(bars.bar_of(row("uplink", 100_000, 64)), 2.0)
        self.assertEqual(bars.bar_of(row("downlink", 100_000, 64)), 2.3)

    def test_a_row_at_its_bar_meets_it_and_one_above_misses_it(self):
        self.assertEqual(bars.missed([row(ratio=1.70)]), [])
        self.assertEqual(len(bars.missed([row(ratio=1.71)])), 1)

    def test_rows_of_other_kinds_are_held_to_none(self):
        self.assertIsNone(bars.bar_of(row(size=128)))
        self.assertIsNone(bars.bar_of(row(sessions=7)))
        self.assertIsNone(bars.bar_of(row(draw="zipf")))


class Shown(unittest.TestCase):
    def test_the_table_marks_each_cell_as_met_missed_or_not_measured(self):
        lines = list(table.bars_lines([row(ratio=1.5), row(size=512, ratio=1.5)]))
        cells = next(line for line in lines if line.split()[:1] == ["1"])
        self.assertRegex(cells, r"1\.50 <= 1\.70 +met +1\.50 +> +1\.35 +MISSED +- *$")

    def test_counts_are_short(self):
        self.assertEqual([table.count(n) for n in (1, 1_000, 10_000, 1_000_000, 1_500)],
                         ["1", "1 k", "10 k", "1 M", "1500"])

    def test_the_page_has_its_plots_and_closes_what_it_opens(self):
        rows = [row(path, sessions) for path in bars.PATHS for sessions in (1, 1_000)]
        text = page.render(Results(rows, [{"part": "aead", "case": "seal/64", "ns": 50.0}]))
        self.assertEqual(text.count("<svg"), 4 + 2 + 2)  # rates, times, stages
        self.assertNotIn("http", text)
        Balanced(self).feed(text)


class Storms(unittest.TestCase):
    def row(self, ratio):
        quantiles = {"p50": 2.0, "p99": 3.0, "p99.9": 4.5, "max": 9.0}
        return {"storm": "uplink", "sessions": 10_000, "ratio": ratio, "bar": 0.98,
                "latency_us": {"before": quantiles, "during": dict(quantiles, **{"p99.9": 45.6})},
                "ms": {"all": 480.0}, "control_us_per_jump": 21.0}

    def test_a_storm_may_take_two_hundredths_of_the_throughput(self):
        self.assertEqual(storms.missed([self.row(0.98), self.row(0.9795)]), [])
        self.assertEqual(len(storms.missed([self.row(0.979)])), 1)

    def test_a_line_says_what_was_kept_and_how_late_packets_were(self):
        line = list(storms.lines([self.row(0.95)]))[1]
        self.assertRegex(line, r"0\.950 >= 0\.98 MISSED +p99\.9 4\.5 -> 45\.6 +all bound in 480 ms")


class Scaling(unittest.TestCase):
    def row(self, ratio):
        return {"scaling": "uplink", "sessions": 1, "mix": "64", "ratio": ratio, "bar": 1.9,
                "mpps_of_one": 20.0, "mpps_of_two": 39.0, "cipher_ratio": 1.99}

    def test_two_workers_are_almost_twice_one(self):
        self.assertEqual(scaling.missed([self.row(1.895), self.row(2.1)]), [])
        self.assertEqual(len(scaling.missed([self.row(1.894)])), 1)

    def test_all_bars_are_counted(self):
        results = Results([row("uplink", 1)], scaling=[self.row(1.0), self.row(2.0)])
        self.assertEqual(results.judged(), len(bars.judged(results.path)) + 2)
        self.assertEqual(results.missed(), len(bars.missed(results.path)) + 1)
        self.assertIn("cipher 1.99", "\n".join(sum(results.lines(), [])))


class Balanced(HTMLParser):
    """Fails the test at a tag that closes another than the last one opened."""

    def __init__(self, test):
        super().__init__()
        self.test, self.open = test, []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.test.assertEqual(self.open.pop(), tag)

    def handle_startendtag(self, tag, attributes):
        pass


class Parts(unittest.TestCase):
    def ns(self, **figures):
        return parts.row("crypto/bench_aead", {"name": "seal/64", **figures})["ns"]

    def test_a_packets_time_is_taken_from_what_the_program_says_of_it(self):
        self.assertAlmostEqual(self.ns(packet=5e-8, items_per_second=3), 50.0)
        self.assertAlmostEqual(self.ns(items_per_second=4e6), 250.0)
        self.assertAlmostEqual(self.ns(real_time=2.0, time_unit="us"), 2_000.0)


if __name__ == "__main__":
    unittest.main()
