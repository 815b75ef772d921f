# SPDX-License-Identifier: Apache-2.0
"""What mutants.sh makes of its patches, and of those who should notice them."""

import contextlib
import io
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
from mutants import __main__ as tool, attempt  # noqa: E402  (the path above comes first)
from mutants.attempt import TooSlow  # noqa: E402
from mutants.mutant import Mutant, Seeds, Stale, all_mutants  # noqa: E402
from mutants.scratch import BuildFailed  # noqa: E402

DIFF = """--- a/door.cc
+++ b/door.cc
@@ -1,3 +1,3 @@
 bool may_enter() {
-  return has_key();
+  return true;
 }
"""
BREACHES = """BREACH seed 9: I8 at 73 ms: jumped 9 times in a minute
  replay: jvpn-sim --minutes 3 --seed 9
BREACH seed 4: I15 at 12 ms: data delivered from an unbound place
  replay: jvpn-sim --minutes 3 --seed 4
3 s: 8 of 60 seeds
"""


class InAFolder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def mutant(self, head, name="open-door"):
        path = self.folder / f"{name}.patch"
        path.write_text(head + DIFF, encoding="utf-8")
        return Mutant.read(path)


class AHead(InAFolder):
    def test_says_what_it_breaks_and_who_should_notice(self):
        mutant = self.mutant("What: anybody may enter\nTry: a/a_test\nTry: b/b_test\nSim: 60 3\n")
        self.assertEqual(mutant.name, "open-door")
        self.assertEqual(mutant.what, "anybody may enter")
        self.assertEqual(mutant.tries, ["a/a_test", "b/b_test"])
        self.assertEqual(mutant.seeds, Seeds(minutes=3, count=60))

    def test_needs_a_program_or_seeds_but_not_both(self):
        self.assertIsNone(self.mutant("What: x\nTry: a/a_test\n").seeds)
        self.assertEqual(self.mutant("What: x\nSim: 5 1\n").tries, [])

    def test_without_what_or_anybody_to_notice_is_refused(self):
        for head in ("Try: a/a_test\n", "What: x\n", "What: x\nSim: 1 1\nSim: 2 1\n"):
            with self.assertRaisesRegex(ValueError, "open-door.patch"):
                self.mutant(head)

    def test_with_seeds_that_are_no_numbers_is_refused(self):
        for seeds in ("many 3", "60", "0 3", "60 0", "60 3 1"):
            with self.assertRaisesRegex(ValueError, "SEEDS MINUTES"):
                self.mutant(f"What: x\nSim: {seeds}\n")


class APatch(InAFolder):
    def test_is_taken_away_without_a_trace(self):
        door = self.folder / "door.cc"
        door.write_text("bool may_enter() {\n  return has_key();\n}\n")
        before = door.read_text()
        mutant = self.mutant("What: x\nTry: a/a_test\n")
        mutant.apply(self.folder)
        self.assertIn("return true", door.read_text())
        mutant.revert(self.folder)
        self.assertEqual(door.read_text(), before)

    def test_that_the_code_has_outgrown_is_stale(self):
        (self.folder / "door.cc").write_text("bool may_enter() {\n  return has_badge();\n}\n")
        with self.assertRaisesRegex(Stale, "open-door"):
            self.mutant("What: x\nTry: a/a_test\n").apply(self.folder)

    def test_of_this_tree_applies_and_names_programs_that_are_built(self):
        mutants = all_mutants(ROOT / "tests" / "mutants")
        self.assertGreaterEqual(len(mutants), 24)
        for mutant in mutants:
            with self.subTest(mutant=mutant.name):
                mutant.check(ROOT)
                for program in mutant.tries:
                    build = ROOT / "tests" / Path(program).parent / "meson.build"
                    self.assertIn(f"'{Path(program).name}'", build.read_text())


class WhatWasSaid(unittest.TestCase):
    def test_names_the_first_test_that_failed(self):
        said = "[  FAILED  ] Doors/Lock.KeepsStrangersOut/1 (2 ms)\n[  FAILED  ] Doors.Other (1 ms)"
        self.assertEqual(attempt.failed_test("a/a_test", 1, said), "Doors/Lock.KeepsStrangersOut/1")

    def test_of_a_crash_or_a_hang_is_how_the_program_ended(self):
        self.assertEqual(attempt.failed_test("a/a_test", -6, ""), "a/a_test exited -6")
        self.assertEqual(attempt.failed_test("a/a_test", None, ""), "a/a_test did not end")
        said = "[ RUN      ] Doors.Shut\n[       OK ] Doors.Shut (0 ms)\n[ RUN      ] Doors.Lock\n"
        self.assertEqual(attempt.failed_test("a/a_test", -11, said), "Doors.Lock (exited -11)")

    def test_of_success_is_nothing(self):
        self.assertIsNone(attempt.failed_test("a/a_test", 0, ""))
        self.assertIsNone(attempt.first_breach(0, "60 s: 60 of 60 seeds"))

    def test_of_the_simulator_is_the_lowest_seed_not_the_first_that_was_told(self):
        breach = attempt.first_breach(1, BREACHES)
        self.assertEqual(breach.seed, 4)
        self.assertTrue(breach.what.startswith("I15"))

    def test_of_a_simulator_that_could_not_run_is_no_success(self):
        self.assertIsNotNone(attempt.first_breach(127, ""))

    def test_of_a_simulator_that_was_only_slow_is_neither_breach_nor_health(self):
        with self.assertRaises(attempt.TooSlow):
            attempt.first_breach(None, "3 s: 8 of 60 seeds")
        self.assertEqual(attempt.first_breach(None, BREACHES).seed, 4)


class FakeScratch:
    tree = build = Path("unused")

    def make(self, programs, jobs=1):
        pass


class AVerdict(InAFolder):
    def judge(self, head, tests=(), breach=None):
        mutant = self.mutant(head)
        failing = iter(tests)
        with mock.patch.object(Mutant, "apply"), mock.patch.object(Mutant, "revert"), \
                mock.patch.object(tool, "run_tests", lambda build, program: next(failing)), \
                mock.patch.object(tool, "run_simulator", lambda build, seeds: breach):
            return tool.judge(mutant, FakeScratch())

    def test_names_the_test_and_the_seeds_that_were_needed(self):
        verdict = self.judge("What: x\nTry: a/a\nTry: b/b\nSim: 60 3\n", (None, "Doors.Lock"),
                             attempt.Breach(4, "I15"))
        self.assertEqual(verdict.problem, "")
        self.assertIn("Doors.Lock", verdict.row())
        self.assertIn("4 (I15)", verdict.row())

    def test_is_survival_when_the_unit_tests_pass_even_if_the_simulator_notices(self):
        verdict = self.judge("What: open\nTry: a/a\nSim: 60 3\n", (None,), attempt.Breach(4, "I15"))
        self.assertIn("open", verdict.problem)

    def test_is_survival_when_the_simulator_notices_nothing(self):
        verdict = self.judge("What: open\nTry: a/a\nSim: 60 3\n", ("Doors.Lock",), None)
        self.assertIn("60 seeds", verdict.problem)

    def test_of_a_stale_or_unbuildable_patch_is_no_catch(self):
        for problem in (Stale("moved on"), BuildFailed("does not compile"), TooSlow("not done")):
            with mock.patch.object(tool, "judge", side_effect=problem), \
                    contextlib.redirect_stdout(io.StringIO()):
                verdicts = tool.run_all([self.mutant("What: x\nTry: a/a\n")], [FakeScratch()])
            self.assertEqual(verdicts[0].problem, str(problem))


class Lanes(InAFolder):
    def test_judge_different_mutants_at_once_and_tell_them_in_order(self):
        names = ["apple", "melon", "orange", "pear", "plum"]
        free, meeting = {"left", "right"}, threading.Barrier(2, timeout=60)

        def judge(mutant, lane):
            free.remove(lane)  # fails if two mutants stand in one lane
            if mutant.name != names[-1]:
                meeting.wait()
            free.add(lane)
            return tool.Verdict(mutant.name, test="Doors.Lock")

        mutants = [self.mutant("What: x\nTry: a/a\n", name) for name in names]
        with mock.patch.object(tool, "judge", judge), \
                contextlib.redirect_stdout(io.StringIO()) as said:
            verdicts = tool.run_all(mutants, ["left", "right"])
        self.assertEqual([verdict.name for verdict in verdicts], names)
        self.assertEqual([line.split()[0] for line in said.getvalue().splitlines()[1:]], names)


class ASickTree(InAFolder):
    def test_is_told_before_any_mutant_runs(self):
        mutants = [self.mutant("What: x\nTry: a/a\nSim: 60 3\n"),
                   self.mutant("What: y\nTry: a/a\nSim: 20 3\n", "window")]
        lived = []
        with mock.patch.object(tool, "run_tests", lambda build, program: "Doors.Lock"), \
                mock.patch.object(tool, "run_simulator",
                                  lambda build, seeds, jobs: lived.append(seeds)):
            self.assertEqual(tool.sick(mutants, FakeScratch(), 2), ["Doors.Lock"])
        self.assertEqual(lived, [Seeds(minutes=3, count=60)])  # the most that any mutant takes


if __name__ == "__main__":
    unittest.main()
