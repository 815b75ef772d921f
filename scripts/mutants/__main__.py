# SPDX-License-Identifier: Apache-2.0
"""Runs the mutants one by one."""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

from .mutant import Stale, all_mutants
from .scratch import BuildFailed, Scratch

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300  # a mutant that makes a test hang is caught as well


def first_failure(build, attempt):
    """What of this program noticed: a test, the seeds it took, or how it ended; else None."""
    program, *arguments = attempt
    options = [] if arguments else ["--gtest_fail_fast", "--gtest_brief=1"]
    try:
        done = subprocess.run([build / "tests" / program, *arguments, *options],
                              capture_output=True, text=True, errors="replace",
                              timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return f"{program} did not end"
    if done.returncode == 0:
        return None
    said = done.stdout + done.stderr
    test = re.search(r"\[  FAILED  \] (\S+)", said)
    seeds = re.search(r"BREACH seed (\d+)", said)
    if seeds:
        return f"{Path(program).name}, seed {seeds.group(1)}"
    return test.group(1) if test else f"{program} exited {done.returncode}"


def catch(mutant, scratch):
    """The test that caught it, or None."""
    mutant.apply(scratch.tree)
    try:
        for attempt in mutant.tries:
            scratch.make([attempt[0]])
            caught = first_failure(scratch.build, attempt)
            if caught:
                return caught
        return None
    finally:
        mutant.revert(scratch.tree)


def healthy(mutants, scratch):
    """The tests must pass without any mutant, else each would seem caught."""
    attempts = {tuple(attempt) for mutant in mutants for attempt in mutant.tries}
    scratch.make(sorted(attempt[0] for attempt in attempts))
    return [f"{' '.join(attempt)}: {caught}" for attempt in sorted(attempts)
            if (caught := first_failure(scratch.build, attempt))]


def run_all(mutants, scratch):
    survivors = 0
    for mutant in mutants:
        started = time.monotonic()
        try:
            caught = catch(mutant, scratch)
        except (Stale, BuildFailed) as problem:
            print(f"STALE     {mutant.name}\n{problem}", flush=True)
            survivors += 1
            continue
        survivors += caught is None
        word = "caught  " if caught else "SURVIVED"
        print(f"{word}  {mutant.name:<44} {caught or mutant.what}"
              f"  ({time.monotonic() - started:.0f} s)", flush=True)
    return survivors


def main():
    parser = argparse.ArgumentParser(prog="mutants.sh", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="mutants whose name has WORD")
    parser.add_argument("--list", action="store_true", help="names and what they break, no run")
    parser.add_argument("--jobs", type=int, default=2, help="compiler processes (default 2)")
    arguments = parser.parse_args()
    mutants = [m for m in all_mutants(ROOT / "tests" / "mutants") if arguments.only in m.name]
    if arguments.list:
        print("\n".join(f"{mutant.name:<44} {mutant.what}" for mutant in mutants))
        return 0
    started = time.monotonic()
    scratch = Scratch(ROOT, arguments.jobs)
    scratch.refresh()
    sick = healthy(mutants, scratch)
    if sick:
        print("These fail without any mutant:\n  " + "\n  ".join(sick))
        return 2
    survivors = run_all(mutants, scratch)
    print(f"\n{len(mutants) - survivors} of {len(mutants)} mutants caught,"
          f" {time.monotonic() - started:.0f} s")
    return 1 if survivors or not mutants else 0


if __name__ == "__main__":
    sys.exit(main())
