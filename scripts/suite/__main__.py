# SPDX-License-Identifier: Apache-2.0
"""Runs the stages and ends with 'N passed, N failed'. See scripts/test.sh."""

import argparse
import sys
import time
from pathlib import Path

from lab.cleanup import Interrupted, undone_at_exit

from .stage import Context, Tally, play
from .stages import STAGES


def parse():
    parser = argparse.ArgumentParser(prog="scripts/test.sh", description=__doc__)
    parser.add_argument("--only", metavar="WORD", default="",
                        help="only the stages whose name contains WORD")
    parser.add_argument("--list", action="store_true", help="name the stages and stop")
    return parser.parse_args()


def conclude(total, times):
    print("\n== Times")
    for name, seconds in times:
        print(f"   {seconds:6.0f} s  {name}")
    if total.notes:
        print("\n== Unproven here")
        for note in total.notes:
            print(f"   {note}")
    if total.failures:
        print("\n== Failed")
        for failure in total.failures:
            print(f"   {failure}")
    print(f"\n{total.passed} passed, {len(total.failures)} failed", flush=True)
    return 1 if total.failures or total.passed == 0 else 0


def run(stages, context):
    total, times = Tally(), []
    started = time.monotonic()
    try:
        with undone_at_exit():
            for name, function in stages:
                began = time.monotonic()
                total.add(play(name, function, context))
                times.append((name, time.monotonic() - began))
    except Interrupted as interrupted:
        total.failures.append(f"{interrupted}: the stages behind did not run")
    times.append(("all", time.monotonic() - started))
    return conclude(total, times)


def main():
    options = parse()
    if options.list:
        print("\n".join(name for name, _ in STAGES))
        return 0
    root = Path(__file__).resolve().parents[2]
    stages = [stage for stage in STAGES if options.only in stage[0]]
    if not stages:
        print(f"no stage is called like '{options.only}'; --list names them", file=sys.stderr)
        return 2
    return run(stages, Context(root, root / "build-logs"))


if __name__ == "__main__":
    sys.exit(main())
