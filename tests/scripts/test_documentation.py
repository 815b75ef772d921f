# SPDX-License-Identifier: Apache-2.0
"""What the documentation cites exists: tests by name, files by link."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CITED = re.compile(r"`([A-Z]\w+\.(?:[A-Z]\w+|\*)|test_\w+)`")  # Suite.Test, Suite.*, test_function
DOCS = sorted((ROOT / "docs").rglob("*.md")) + [ROOT / "README.md"]


def existing_tests():
    """Suite.Test of GoogleTest, test_... of unittest."""
    names = set()
    for path in (ROOT / "tests").rglob("*_test.cc"):
        text = path.read_text(encoding="utf-8")
        for suite, test in re.findall(r"\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text):
            names |= {f"{suite}.{test}", f"{suite}.*"}
    for path in (ROOT / "tests").rglob("*.py"):
        names |= set(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return names


def table(page, heading):
    """The rows below a heading, as lists of cells, without the table's head."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1]
    lines = [line for line in text.split("\n## ", 1)[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


class Documentation(unittest.TestCase):
    def test_each_cited_test_exists(self):
        known = existing_tests()
        self.assertGreater(len(known), 500)
        for page in DOCS:
            for name in CITED.findall(page.read_text(encoding="utf-8")):
                with self.subTest(page=page.name, test=name):
                    self.assertTrue(name in known, f"{page.name} cites {name}, which is no test")

    def test_each_threat_names_a_test_or_is_a_stated_limit(self):
        rows = table("THREATS.md", "Message by message")
        self.assertGreater(len(rows), 30)
        for row in rows:
            with self.subTest(threat=row[0]):
                self.assertTrue(CITED.search(row[-1]) or row[-1].startswith("stated limit"))

    def test_each_invariant_says_where_it_is_checked(self):
        rows = table("SESSION.md", "Invariants")
        self.assertEqual(len(rows), 22)  # I11 and I12 share one
        for row in rows:
            with self.subTest(invariant=row[0]):
                self.assertRegex(row[-1], "ledger|model|simulator|" + CITED.pattern)

    def test_each_relative_link_leads_somewhere(self):
        for page in DOCS:
            for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
                with self.subTest(page=page.name, link=target):
                    self.assertTrue((page.parent / target).exists())


if __name__ == "__main__":
    unittest.main()
