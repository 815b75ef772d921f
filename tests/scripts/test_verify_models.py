# SPDX-License-Identifier: Apache-2.0
"""What verify_models.py makes of a search: silence, a cut or an accident is no proof."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
from formal import models, spin  # noqa: E402  (the path above comes first)

CLEAN = """Full statespace search for:
State-vector 32 byte, depth reached 168308, errors: 0
    78754 states, stored
unreached in proctype core
	/somewhere/session.pml:235, state 231, "-end-"
	(1 of 231 states)
"""
BROKEN = """pan:1: assertion violated (bindings<=1) (at depth 12)
Warning: Search not completed
State-vector 32 byte, depth reached 14, errors: 1
      12 states, stored
"""
CUT = "error: max search depth too small\n" + CLEAN
STARVED = ("pan: reached -DMEMLIM bound\nWarning: Search not completed\nerrors: 0\n"
           " 5 states, stored\n")
UNREACHED = CLEAN + '\t/somewhere/transitions.pml:41, state 7, "to = 4"\n'

VARIANT = models.Case("session", "all", ())
OTHER = models.Case("session", "more", ())
MUTANT = models.Case("session", "OLD_PATH_STAYS", (), "bindings<=1")


def outcome(text):
    return spin.read(text, 0.0)


class Judging(unittest.TestCase):
    def test_a_complete_search_without_error_proves_a_variant_and_condemns_a_mutant(self):
        self.assertEqual(models.fault_of(VARIANT, outcome(CLEAN)), "")
        self.assertEqual(outcome(CLEAN).states, 78754)
        self.assertIn("protection is missing", models.fault_of(MUTANT, outcome(CLEAN)))

    def test_an_error_condemns_a_variant_and_is_what_a_mutant_must_show(self):
        self.assertIn("bindings<=1", models.fault_of(VARIANT, outcome(BROKEN)))
        self.assertEqual(models.fault_of(MUTANT, outcome(BROKEN)), "")

    def test_a_mutant_that_breaks_elsewhere_proves_nothing(self):
        other = models.Case("session", "TTL_RENEWED", (), "ghost_alone<=")
        self.assertIn("breaks elsewhere", models.fault_of(other, outcome(BROKEN)))

    def test_a_search_that_was_cut_proves_nothing(self):
        for text in (CUT, STARVED, ""):
            with self.subTest(text=text):
                self.assertIn("not completed", models.fault_of(VARIANT, outcome(text)))

    def test_a_statement_that_no_variant_reaches_is_named(self):
        one = [(VARIANT, outcome(UNREACHED), "")]
        never = models.never_reached([VARIANT, MUTANT], one)
        self.assertEqual(len(never), 1)
        self.assertIn("transitions.pml:41", never[0])
        both = [*one, (OTHER, outcome(CLEAN), "")]
        self.assertEqual(models.never_reached([VARIANT, OTHER, MUTANT], both), [])
        self.assertEqual(models.never_reached([VARIANT, OTHER, MUTANT], one), [])


class Listing(unittest.TestCase):
    def test_each_model_has_variants_and_at_least_three_mutants_each_listed_once(self):
        cases = models.read(ROOT)
        self.assertEqual(len(cases), len(set(map(str, cases))))
        for model in {case.model for case in cases}:
            mutants = [case for case in cases if case.model == model and case.breaks]
            self.assertGreaterEqual(len(mutants), 3, model)

    def test_a_switch_that_is_not_listed_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / models.FOLDER).mkdir(parents=True)
            (root / models.FOLDER / "m.pml").write_text("#ifdef MUTANT_A\n#ifndef MUTANT_B\n")
            model = {"name": "m", "mutants": [{"name": "A"}]}
            with self.assertRaisesRegex(models.ModelError, "B"):
                models.check_mutants(root, model)


if __name__ == "__main__":
    unittest.main()
