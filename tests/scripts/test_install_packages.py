# SPDX-License-Identifier: Apache-2.0
"""What install_packages.sh asks of apt, told by stand-ins of dpkg-query, apt-cache and apt-get."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
LIST = """# a comment
[build]
g++
clang-14 | clang   # the first that apt knows
[test]
format-14 | nothing
spin
"""
STAND_INS = {
    "id": "echo $UID_OF_TEST",
    # dpkg-query -W -f FORMAT NAME
    "dpkg-query": 'case " $INSTALLED " in *" $4 "*) printf installed ;; *) exit 1 ;; esac',
    # apt-cache policy NAME
    "apt-cache": 'case " $KNOWN " in *" $2 "*) echo "  Candidate: 1.0" ;;'
                 ' *) echo "  Candidate: (none)" ;; esac',
    "apt-get": 'echo "$@" >>"$ASKED"',
}


class InstallPackages(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        shutil.copy(SCRIPTS / "install_packages.sh", self.folder)
        (self.folder / "packages.txt").write_text(LIST, encoding="utf-8")
        for name, body in STAND_INS.items():
            program = self.folder / name
            program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            program.chmod(0o755)

    def install(self, *sections, installed="", known="", uid="0"):
        """Runs it; returns its result and the packages that apt-get was asked for, if it was."""
        asked = self.folder / "asked"
        asked.unlink(missing_ok=True)
        result = subprocess.run(
            [self.folder / "install_packages.sh", *sections], capture_output=True, text=True,
            env={"PATH": f"{self.folder}:{os.environ['PATH']}", "ASKED": str(asked),
                 "INSTALLED": installed, "KNOWN": known, "UID_OF_TEST": uid})
        lines = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []
        orders = [line.split("--no-install-recommends ")[1].split() for line in lines
                  if line.startswith("install ")]
        return result, orders[0] if orders else None

    def test_what_is_there_is_left_alone(self):
        result, asked = self.install("build", installed="g++ clang-14")
        self.assertEqual((result.returncode, result.stdout), (0, "packages: all present\n"))
        self.assertIsNone(asked)

    def test_of_alternatives_the_first_that_apt_knows_is_taken(self):
        for known, chosen in (("g++ clang-14 clang", "clang-14"), ("g++ clang", "clang")):
            with self.subTest(known=known):
                self.assertEqual(self.install("build", known=known)[1], ["g++", chosen])

    def test_any_alternative_that_is_there_will_do(self):
        self.assertEqual(self.install("build", installed="clang", known="g++ clang-14")[1], ["g++"])

    def test_what_apt_does_not_know_is_asked_for_by_its_first_name(self):
        self.assertEqual(self.install("build", known="g++")[1], ["g++", "clang-14"])

    def test_nothing_is_an_alternative(self):
        self.assertEqual(self.install("test", known="spin")[1], ["spin"])
        self.assertEqual(self.install("test", known="spin format-14")[1], ["format-14", "spin"])
        result, asked = self.install("test", installed="spin")
        self.assertEqual((result.stdout, asked), ("packages: all present\n", None))

    def test_several_sections_are_one_order(self):
        self.assertEqual(self.install("build", "test", known="g++ clang spin")[1],
                         ["g++", "clang", "spin"])

    def test_without_root_it_says_what_is_missing(self):
        result, asked = self.install("build", installed="g++", known="clang", uid="1000")
        self.assertEqual(result.returncode, 1)
        self.assertIn("only root can install them: clang\n", result.stderr)
        self.assertIsNone(asked)

    def test_an_unknown_section_is_refused(self):
        result, asked = self.install("biuld")
        self.assertEqual(result.returncode, 2)
        self.assertIn("[biuld]", result.stderr)
        self.assertIsNone(asked)


if __name__ == "__main__":
    unittest.main()
