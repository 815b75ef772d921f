# SPDX-License-Identifier: Apache-2.0
"""No generated table is stale, and a source that contradicts itself is refused with its reason."""

import shutil
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import generate_tables  # noqa: E402  (the path above comes first)
from tables import reasons, transitions  # noqa: E402

READ = (transitions.SOURCE, reasons.SOURCE, "docs/examples/gateway.toml", "docs/SESSION.md")


class Scratch(unittest.TestCase):
    """A copy of the sources that a test may spoil."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for path in READ:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, self.root / path)

    def change(self, path, old, new):
        text = (self.root / path).read_text(encoding="utf-8")
        self.assertEqual(text.count(old), 1, f"{path} has no single {old!r}")
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def append(self, text):
        with (self.root / transitions.SOURCE).open("a", encoding="utf-8") as file:
            file.write(text)

    def write(self):
        for path, text in generate_tables.generated(self.root).items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text, encoding="utf-8")


class Fresh(Scratch):
    def test_every_generated_file_of_the_tree_is_what_its_source_says(self):
        self.assertEqual(generate_tables.stale(ROOT), [], "run scripts/generate_tables.py")

    def test_a_changed_row_makes_code_document_and_model_stale(self):
        self.write()
        self.assertEqual(generate_tables.stale(self.root), [])
        self.change(transitions.SOURCE, 'reason = "volatile_persisted"',
                    'reason = "loss_recovery"')
        self.assertEqual(generate_tables.stale(self.root),
                         ["session/core/transition_table.h", "docs/SESSION.md"])
        self.change(transitions.SOURCE, 'event = "volatile_too_long"\nto = "degraded"',
                    'event = "volatile_too_long"\nto = "recovering"')
        self.assertIn("docs/formal/transitions.pml", generate_tables.stale(self.root))

    def test_a_changed_reason_or_policy_makes_the_document_stale(self):
        for path, old in ((reasons.SOURCE, "the operator ended the session"),
                          ("docs/examples/gateway.toml", "longest stay in RECOVERING")):
            with self.subTest(path=path):
                self.write()
                self.change(path, old, "another meaning")
                self.assertEqual(generate_tables.stale(self.root), ["docs/SESSION.md"])


class Contradictions(Scratch):
    def assert_refused(self, problem):
        with self.assertRaises(transitions.SourceError) as refused:
            generate_tables.generated(self.root)
        self.assertIn(problem, str(refused.exception))

    def test_two_rows_of_one_pair_are_refused(self):
        self.append('\n[[row]]\nfrom = ["live"]\nevent = "retry"\nto = "recovering"\n'
                    'reason = "recovery_retry"\n')
        self.assert_refused("two rows define the same pair")

    def test_a_way_out_of_the_absorbing_state_is_refused(self):
        self.append('\n[[row]]\nfrom = ["terminated"]\nevent = "confirmed"\nto = "attached"\n'
                    'reason = "attached_to_transport"\n')
        self.assert_refused("nothing leaves TERMINATED")

    def test_a_row_without_a_reason_or_with_an_unknown_name_is_refused(self):
        row = '\n[[row]]\nfrom = ["birth"]\nevent = "{}"\nto = "attached"\n'
        source = (self.root / transitions.SOURCE).read_text(encoding="utf-8")
        self.append(row.format("retry"))
        self.assert_refused("exactly one reason")
        (self.root / transitions.SOURCE).write_text(source + row.format("wish"), encoding="utf-8")
        self.assert_refused("'wish' is not one event")
        (self.root / transitions.SOURCE).write_text(
            source + row.format("retry") + 'reason = "whim"\n', encoding="utf-8")
        self.assert_refused("no such reason: ['whim']")

    def test_a_reason_without_meaning_is_refused(self):
        self.change(reasons.SOURCE, '(18, operator_terminated, "the operator ended the session")',
                    "(18, operator_terminated)")
        self.assert_refused("of them with a meaning")

    def test_a_document_without_a_place_for_a_table_is_refused(self):
        self.change("docs/SESSION.md", "<!-- end of reasons -->", "")
        self.assert_refused("no place for 'reasons'")


if __name__ == "__main__":
    unittest.main()
