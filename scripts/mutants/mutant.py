# SPDX-License-Identifier: Apache-2.0
"""A mutant: a patch with a head that says what it breaks and who should notice.

    What: the reattach's bound version is not compared.
    Try: control/control_test
    Sim: 60 10
    --- a/control/reattach.cc
    +++ b/control/reattach.cc
    ...

Each Try line is a program of unit tests under tests/ of the build, cheapest first; they are run in
order until one fails. A Sim line says how many seeds of how many virtual minutes the simulator may
take, from seed 1 on; it must find a breach as well. A mutant has either or both.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Optional


class Stale(Exception):
    """The patch does not apply any more: the code has moved on."""


@dataclass(frozen=True, order=True)
class Seeds:
    """What the simulator lives through: seeds 1 to count."""
    minutes: int
    count: int

    @classmethod
    def read(cls, text):
        count, minutes = (int(word) for word in text.split())
        if count < 1 or minutes < 1:
            raise ValueError("at least one seed of one minute")
        return cls(minutes, count)


@dataclass
class Mutant:
    name: str
    what: str
    tries: list
    seeds: Optional[Seeds]
    patch: Path

    @classmethod
    def read(cls, path):
        head = path.read_text(encoding="utf-8").split("\n--- ", 1)[0].splitlines()
        fields = [line.split(": ", 1) for line in head if ": " in line]
        what = " ".join(value for key, value in fields if key == "What")
        tries = [value.strip() for key, value in fields if key == "Try"]
        try:
            seeds = [Seeds.read(value) for key, value in fields if key == "Sim"]
        except ValueError as problem:
            raise ValueError(f"{path}: 'Sim: SEEDS MINUTES': {problem}") from problem
        if not what or not (tries or seeds) or len(seeds) > 1:
            raise ValueError(f"{path}: a mutant says 'What: ...', and 'Try: program', once"
                             " 'Sim: SEEDS MINUTES', or both")
        return cls(path.stem, what, tries, seeds[0] if seeds else None, path)

    def apply(self, tree):
        self._patch(tree, "--forward")

    def revert(self, tree):
        self._patch(tree, "--reverse")

    def check(self, tree):
        """Would it apply? Changes nothing."""
        self._patch(tree, "--forward", "--dry-run")

    def _patch(self, tree, *how):
        done = subprocess.run(["patch", "-p1", "--batch", "--no-backup-if-mismatch",
                               "-r", "-", *how, "-i", self.patch],
                              cwd=tree, capture_output=True, text=True)
        if done.returncode != 0:
            raise Stale(f"{self.name} does not apply ({' '.join(how)}):\n{done.stdout}")


def all_mutants(folder):
    """In order of their names."""
    return [Mutant.read(path) for path in sorted(folder.glob("*.patch"))]
