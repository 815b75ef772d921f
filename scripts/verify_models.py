#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Explores the models of docs/formal with spin: verify_models.py [--only WORD] [--report FILE]

Each variant must hold in every reachable state and leave no statement of its model unreached; each
mutant must break, in the assertion that docs/formal/models.toml names. Prints a line for each and
exits 1 if one does otherwise. --report FILE: the outcome as JSON, for scripts/test.sh.
"""

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from formal import models, spin

ROOT = Path(__file__).resolve().parent.parent
JOBS = 2


def parse():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="WORD", default="",
                        help="only what has WORD in 'model: variant'")
    parser.add_argument("--report", type=Path, metavar="FILE")
    return parser.parse_args()


def judge(case):
    """One exploration: the case, what came of it, and what is wrong with that, or ''."""
    outcome = spin.explore(ROOT / models.FOLDER / f"{case.model}.pml", case.options)
    return case, outcome, models.fault_of(case, outcome)


def line(case, outcome, fault):
    verdict = fault or ("breaks as it must" if case.breaks else "holds")
    return (f"{case.model:10} {case.name:26} {outcome.states:>9} states {outcome.seconds:6.1f} s"
            f"  {'ok' if not fault else 'FAILED'}: {verdict}")


def explore_all(cases):
    with ThreadPoolExecutor(JOBS) as pool:
        for result in pool.map(judge, cases):
            print(line(*result), flush=True)
            yield result


def conclude(results, never_reached, began, report):
    failed = [f"{case}: {fault}" for case, _, fault in results if fault] + never_reached
    passed = sum(not fault for _, _, fault in results)
    for what in failed:
        print(f"FAILED {what}")
    print(f"models: {passed} as they must, {len(failed)} not, {time.monotonic() - began:.0f} s")
    if report:
        report.write_text(json.dumps({"passed": passed, "failed": failed}), encoding="utf-8")
    return 1 if failed or not passed else 0


def main():
    options = parse()
    began = time.monotonic()
    known = models.read(ROOT)
    results = list(explore_all([case for case in known if options.only in str(case)]))
    return conclude(results, models.never_reached(known, results), began, options.report)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (spin.ToolFailed, models.ModelError) as error:
        sys.exit(f"error: {error}")
