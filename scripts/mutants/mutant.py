# SPDX-License-Identifier: Apache-2.0
"""A mutant: a patch with a head that says what it breaks and which tests should notice.

    What: the reattach's bound version is not compared.
    Try: control/control_test
    Try: sim/jvpn-sim --seeds 100 --first 1
    --- a/control/reattach.cc
    +++ b/control/reattach.cc
    ...

Each Try line is a program under tests/ of the build, with arguments; they are run in order until
one fails. Paths and arguments hold no blanks.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path


class Stale(Exception):
    """The patch does not apply any more: the code has moved on."""


@dataclass
class Mutant:
    name: str
    what: str
    tries: list
    patch: Path

    @classmethod
    def read(cls, path):
        head = path.read_text(encoding="utf-8").split("\n--- ", 1)[0].splitlines()
        fields = [line.split(": ", 1) for line in head if ": " in line]
        what = " ".join(value for key, value in fields if key == "What")
        tries = [value.split() for key, value in fields if key == "Try"]
        if not what or not tries:
            raise ValueError(f"{path}: a mutant says 'What: ...' and 'Try: program ...'")
        return cls(path.stem, what, tries, path)

    def apply(self, tree):
        self._patch(tree, "--forward")

    def revert(self, tree):
        self._patch(tree, "--reverse")

    def _patch(self, tree, direction):
        done = subprocess.run(["patch", "-p1", "--batch", "--no-backup-if-mismatch", "-r", "-",
                               direction, "-i", self.patch],
                              cwd=tree, capture_output=True, text=True)
        if done.returncode != 0:
            raise Stale(f"{self.name} does not apply ({direction}):\n{done.stdout}")


def all_mutants(folder):
    """In order of their names."""
    return [Mutant.read(path) for path in sorted(folder.glob("*.patch"))]
