# SPDX-License-Identifier: Apache-2.0
"""What test.sh makes of tools that one Debian has and another has not."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
from suite import meson, stage, stages  # noqa: E402  (the path above comes first)
from suite.stage import CommandFailed, Context  # noqa: E402


def only(*names):
    """A machine with these programs and no other."""
    return mock.patch("shutil.which", lambda name: f"/usr/bin/{name}" if name in names else None)


class Compilers(unittest.TestCase):
    def test_the_first_that_is_there_is_taken(self):
        for there, taken in ((("clang++-14", "clang++"), "clang++-14"), (("clang++",), "clang++")):
            with self.subTest(there=there), only(*there):
                self.assertEqual(meson.compiler_of(meson.ASAN), taken)

    def test_none_of_them_is_an_error_that_names_them(self):
        with only("g++"), self.assertRaisesRegex(CommandFailed, r"clang\+\+-14 or clang\+\+ is"):
            meson.compiler_of(meson.ASAN)


class Excerpt(unittest.TestCase):
    def shown_of(self, lines):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "build.log"
            log.write_text("\n".join(lines), encoding="utf-8")
            return stage.excerpt(log)

    def test_an_error_far_above_the_end_is_shown(self):
        error = "conductor.cc:53:29: \x1b[31m\x1b[Kerror: \x1b[mmissing initializer"
        shown = self.shown_of(["compiling", error, *(["compiling"] * 200)])
        self.assertIn("missing initializer", shown)
        self.assertLess(len(shown.splitlines()), 70)

    def test_without_one_only_the_end_is_shown(self):
        shown = self.shown_of(["first", *(["compiling"] * 200)])
        self.assertEqual(shown.splitlines(), ["    | compiling"] * stage.TAIL_LINES)


class Layout(unittest.TestCase):
    def test_another_version_judges_nothing_and_that_is_told(self):
        with tempfile.TemporaryDirectory() as folder, only("clang-format"):
            tally = stages.layout(Context(ROOT, Path(folder)), Path(folder) / "layout.log")
        self.assertEqual((tally.passed, tally.failures), (0, []))
        self.assertIn("no clang-format-14", tally.notes[0])


if __name__ == "__main__":
    unittest.main()
