# SPDX-License-Identifier: Apache-2.0
"""What the documentation cites exists: tests by name, files by link."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md")) + [ROOT / "README.md"]


def existing_tests():
    """Suite.Test of GoogleTest, test_... of unittest."""
    names = set()
    for path in (ROOT / "tests").rglob("*_test.cc"):
        text = path.read_text(encoding="utf-8")
        names |= {".".join(pair) for pair in re.findall(r"\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", text)}
    for path in (ROOT / "tests").rglob("*.py"):
        names |= set(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return names


class Documentation(unittest.TestCase):
    def test_each_cited_test_exists(self):
        known = existing_tests()
        self.assertGreater(len(known), 500)
        for page in DOCS:
            cited = re.findall(r"`([A-Z]\w+\.[A-Z]\w+|test_\w+)`", page.read_text(encoding="utf-8"))
            for name in cited:
                with self.subTest(page=page.name, test=name):
                    self.assertTrue(name in known, f"{page.name} cites {name}, which is no test")

    def test_each_relative_link_leads_somewhere(self):
        for page in DOCS:
            for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
                with self.subTest(page=page.name, link=target):
                    self.assertTrue((page.parent / target).exists())


if __name__ == "__main__":
    unittest.main()
