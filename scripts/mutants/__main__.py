# SPDX-License-Identifier: Apache-2.0
"""Runs the mutants, as many at a time as there are lanes."""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Optional

from .attempt import SIMULATOR, Breach, TooSlow, run_simulator, run_tests
from .mutant import Seeds, Stale, all_mutants
from .scratch import BuildFailed, Scratch

ROOT = Path(__file__).resolve().parents[2]
TEST_WIDTH = 84


@dataclass
class Verdict:
    """What came of one mutant."""
    name: str
    test: Optional[str] = None
    breach: Optional[Breach] = None
    problem: str = ""
    took_s: float = 0.0

    def row(self):
        """Who caught it, and at which seed the simulator did, by which invariant."""
        if self.problem:
            return f"SURVIVED  {self.problem}"
        seeds = f"{self.breach.seed} ({self.breach.what.split(' at ')[0]})" if self.breach else "-"
        return f"{self.test or SIMULATOR:<{TEST_WIDTH}}  {seeds:<32} {self.took_s:4.0f} s"


def judge(mutant, scratch):
    """Applies, builds, runs what should notice, and takes the mutant away again."""
    verdict = Verdict(mutant.name)
    mutant.apply(scratch.tree)
    try:
        programs = mutant.tries[:1] + ([SIMULATOR] if mutant.seeds else [])
        scratch.make(programs)
        for program in mutant.tries:
            scratch.make([program])
            verdict.test = run_tests(scratch.build, program)
            if verdict.test:
                break
        if mutant.seeds:
            verdict.breach = run_simulator(scratch.build, mutant.seeds)
    finally:
        mutant.revert(scratch.tree)
    if mutant.tries and not verdict.test:
        verdict.problem = mutant.what
    elif mutant.seeds and not verdict.breach:
        verdict.problem = f"{mutant.seeds.count} seeds: {mutant.what}"
    return verdict


def sick(mutants, scratch, jobs):
    """What fails without any mutant: with it, each mutant would seem caught."""
    programs = sorted({program for mutant in mutants for program in mutant.tries})
    lives = {}
    for seeds in sorted(mutant.seeds for mutant in mutants if mutant.seeds):
        lives[seeds.minutes] = Seeds(seeds.minutes, seeds.count)  # the most come last
    scratch.make(programs + ([SIMULATOR] if lives else []), jobs)
    found = [run_tests(scratch.build, program) for program in programs]
    for seeds in lives.values():
        try:
            breach = run_simulator(scratch.build, seeds, jobs)
            found.append(breach and f"{SIMULATOR} seed {breach.seed}: {breach.what}")
        except TooSlow as slow:
            found.append(str(slow))
    return [problem for problem in found if problem]


def judge_in(lanes, mutant):
    """Waits for a lane. What does not apply, build or end is no catch."""
    scratch = lanes.get()
    started = time.monotonic()
    try:
        verdict = judge(mutant, scratch)
    except (Stale, BuildFailed, TooSlow) as problem:
        verdict = Verdict(mutant.name, problem=str(problem))
    finally:
        lanes.put(scratch)
    verdict.took_s = time.monotonic() - started
    return verdict


def run_all(mutants, scratches):
    """One line for each mutant, in order, as they are judged."""
    width = max((len(mutant.name) for mutant in mutants), default=0)
    print(f"{'mutant':<{width}}  {'caught by':<{TEST_WIDTH}}  seeds needed", flush=True)
    lanes = SimpleQueue()
    for scratch in scratches:
        lanes.put(scratch)
    verdicts = []
    with ThreadPoolExecutor(len(scratches)) as pool:
        for verdict in pool.map(lambda mutant: judge_in(lanes, mutant), mutants):
            print(f"{verdict.name:<{width}}  {verdict.row()}", flush=True)
            verdicts.append(verdict)
    return verdicts


def report(verdicts, took_s):
    caught = [verdict for verdict in verdicts if not verdict.problem]
    seen = [verdict for verdict in caught if verdict.breach]
    print(f"\n{len(caught)} of {len(verdicts)} mutants caught, {len(seen)} of them by the simulator,"
          f" {took_s:.0f} s at a load of {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores")
    return 0 if verdicts and len(caught) == len(verdicts) else 1


def main():
    parser = argparse.ArgumentParser(prog="mutants.sh", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="mutants whose name has WORD")
    parser.add_argument("--list", action="store_true", help="names and what they break, no run")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (default 2)")
    arguments = parser.parse_args()
    mutants = [m for m in all_mutants(ROOT / "tests" / "mutants") if arguments.only in m.name]
    if arguments.list:
        print("\n".join(f"{mutant.name:<44} {mutant.what}" for mutant in mutants))
        return 0
    started = time.monotonic()
    scratches = [Scratch(ROOT, lane) for lane in range(1, arguments.jobs + 1)]
    for scratch in scratches:
        scratch.refresh()
    problems = sick(mutants, scratches[0], arguments.jobs)
    if problems:
        print("These fail without any mutant:\n  " + "\n  ".join(problems))
        return 2
    print(f"Healthy after {time.monotonic() - started:.0f} s", flush=True)
    return report(run_all(mutants, scratches), time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
