# SPDX-License-Identifier: Apache-2.0
"""What the figures are made of: gaps and losses of a flow, counts of a test run, the wire's bytes."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from lab import topology, wire  # noqa: E402  (the path above comes first)
from lab.flow import Record  # noqa: E402
from suite import meson  # noqa: E402

MS = 1_000_000


def record(sent, missing=(), shift=None):
    """A 1 kHz flow from time 0 whose numbers arrive 0.2 ms later, save the missing ones."""
    shift = shift or {}
    arrivals = [(n, n * MS, n * MS + MS // 5 + shift.get(n, 0)) for n in range(sent)
                if n not in missing]
    return Record(sent, 0, MS, sorted(arrivals, key=lambda a: a[2]))


class Gaps(unittest.TestCase):
    def test_an_undisturbed_flow_has_none(self):
        self.assertAlmostEqual(record(100).gap_ms(20 * MS, 80 * MS), 0.0)

    def test_a_gap_is_the_silence_less_the_flows_own_period(self):
        flow = record(100, missing=range(50, 60))
        self.assertAlmostEqual(flow.gap_ms(45 * MS, 90 * MS), 10.0)
        self.assertEqual(flow.lost_between(45 * MS, 90 * MS), 10)

    def test_a_late_packet_is_a_gap_but_no_loss(self):
        flow = record(100, shift={n: 60 * MS - n * MS for n in range(50, 60)})
        self.assertAlmostEqual(flow.gap_ms(45 * MS, 90 * MS), 10.0, delta=0.01)
        self.assertEqual(flow.lost_between(45 * MS, 90 * MS), 0)

    def test_a_gap_outside_the_window_does_not_count(self):
        flow = record(200, missing=range(50, 60))
        self.assertAlmostEqual(flow.gap_ms(100 * MS, 190 * MS), 0.0)

    def test_a_silence_that_never_ends_lasts_to_the_end_of_the_window(self):
        flow = record(100, missing=range(50, 100))
        self.assertGreaterEqual(flow.gap_ms(40 * MS, 90 * MS), 39.0)
        self.assertEqual(flow.lost_between(40 * MS, 90 * MS), 40)

    def test_a_flow_of_which_nothing_arrived_is_all_gap(self):
        flow = record(100, missing=range(100))
        self.assertAlmostEqual(flow.gap_ms(10 * MS, 60 * MS), 49.0)
        self.assertEqual(flow.lost, 100)


class Counting(unittest.TestCase):
    def count(self, junit, programs):
        with tempfile.TemporaryDirectory() as folder:
            logs = Path(folder)
            (logs / "testlog.junit.xml").write_text(f"<testsuites>{junit}</testsuites>")
            (logs / "testlog.json").write_text("\n".join(programs))
            return meson.count(logs, "plain")

    def test_counts_cases_rather_than_programs(self):
        tally = self.count('<testsuite><testcase classname="A" name="x" status="run"/>'
                           '<testcase classname="A" name="y" status="run"><failure/></testcase>'
                           '</testsuite>', ['{"name": "a", "result": "FAIL", "stdout":'
                                            ' "1 FAILED TEST"}'])
        self.assertEqual((tally.passed, tally.failures), (1, ["plain: A.y"]))

    def test_a_program_that_crashed_is_a_failure_although_no_case_says_so(self):
        tally = self.count("", ['{"name": "a", "result": "FAIL", "stdout": ""}'])
        self.assertEqual(tally.failures, ["plain: program a: FAIL"])

    def test_a_case_that_did_not_run_is_named(self):
        tally = self.count('<testsuite><testcase classname="A" name="x" status="run">'
                           '<skipped/></testcase></testsuite>', [])
        self.assertEqual(tally.passed, 0)
        self.assertIn("A.x", tally.notes[0])


class Frames(unittest.TestCase):
    def test_what_is_parsed_is_built_again(self):
        datagram = wire.Datagram(bytes(12), ("192.0.2.1", 4000), (topology.GATEWAY, 51820),
                                 b"\x50abc")
        again = wire.parse(datagram.frame())
        self.assertEqual((again.source, again.destination, again.payload, again.kind),
                         (datagram.source, datagram.destination, datagram.payload, wire.DATA))
        self.assertEqual(wire.checksum(datagram.frame()[14:34]), 0)


if __name__ == "__main__":
    unittest.main()
