# SPDX-License-Identifier: Apache-2.0
"""Which lines and branches of the product the unit tests run, folder by folder.

Builds the unit tests with gcc's --coverage in build-coverage, runs them, and adds up what gcov says.
A line or branch counts as covered when any test program ran it. Branches that only exceptions take
are left out: the product throws none on purpose. With folders named, only their own tests are built
and run, and only these folders are told: minutes instead of a build of everything.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .stage import CommandFailed, run

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build-coverage"
LOG = ROOT / "build-logs" / "coverage.log"
FOLDERS = ("base", "crypto", "session", "control", "client", "dataplane", "apps")
LEAST_LINES = {"crypto": 95.0, "session": 95.0, "control": 95.0}  # percent
BUILD_S = 2400
TESTS_S = 1200
PATIENCE = 10  # times meson's 30 s a program


def tests_of(folders):
    """name -> program, below the build, of the tests that stand in tests/FOLDER."""
    described = subprocess.run(["meson", "introspect", "--tests", BUILD], check=True,
                               capture_output=True, text=True).stdout
    programs = {}
    for test in json.loads(described):
        program = Path(test["cmd"][0])
        if not program.is_relative_to(BUILD / "tests"):
            continue  # a script: it runs no code of ours in this build
        inside = program.relative_to(BUILD)
        if inside.parts[1] in folders:
            programs[test["name"]] = str(inside)
    return programs


def build_and_test(folders, jobs):
    """True when every test passed; what a failing one ran counts all the same."""
    if not (BUILD / "build.ninja").exists():
        ccache = "ccache " if shutil.which("ccache") else ""
        run(["meson", "setup", BUILD, ROOT, "-Db_coverage=true", "-Dbenchmarks=false",
             "-Ddebug=false", "-Doptimization=0"], LOG, environment={"CXX": ccache + "g++"})
    tests = tests_of(folders)
    some = folders != list(FOLDERS)
    targets = sorted(set(tests.values())) if some else ["meson-test-prereq"]
    run(["ninja", "-C", BUILD, f"-j{jobs}", *targets], LOG, timeout_s=BUILD_S)
    for old in BUILD.rglob("*.gcda"):
        old.unlink()
    return run(["meson", "test", "-C", BUILD, "--no-rebuild", "-t", PATIENCE, "--num-processes",
                jobs, *(sorted(tests) if some else [])], LOG, timeout_s=TESTS_S, check=False) == 0


def reports(notes):
    """What gcov says of one object file: a list of source files with their lines."""
    with tempfile.TemporaryDirectory(prefix="jvpn-gcov-") as scratch:
        subprocess.run(["gcov", "--json-format", "--branch-probabilities", notes], cwd=scratch,
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for report in Path(scratch).glob("*.gcov.json.gz"):
            with gzip.open(report, "rt", encoding="utf-8") as text:
                yield from json.load(text)["files"]


class Coverage:
    """Counts of one source file, added up over all objects that it is compiled into."""

    def __init__(self):
        self.lines = defaultdict(int)
        self.branches = defaultdict(int)

    def add(self, lines):
        for line in lines:
            number = line["line_number"]
            self.lines[number] += line["count"]
            for place, branch in enumerate(b for b in line["branches"] if not b["throw"]):
                self.branches[number, place] += branch["count"]

    def missed(self):
        return sorted(number for number, count in self.lines.items() if count == 0)


def product_path(name):
    """The path below the root if the file is the product's own, else None."""
    path = Path(os.path.normpath(BUILD / name))
    if not path.is_relative_to(ROOT):
        return None
    inside = path.relative_to(ROOT)
    return inside if inside.parts[0] in FOLDERS else None


def gather(jobs):
    """Path -> Coverage of the product's files."""
    files = defaultdict(Coverage)
    # Notes without data are objects of programs that no test ran: they count as not covered.
    with ThreadPoolExecutor(jobs) as pool:
        for found in pool.map(lambda notes: list(reports(notes)), BUILD.rglob("*.gcno")):
            for entry in found:
                path = product_path(entry["file"])
                if path is not None:
                    files[path].add(entry["lines"])
    return files


def share(counts):
    """(covered, all, percent)"""
    covered = sum(count > 0 for count in counts)
    return covered, len(counts), 100.0 * covered / len(counts) if counts else 100.0


def line_of(name, lines, branches):
    covered, total, percent = share(lines)
    return (f"{name:<14} {covered:>6}/{total:<6} {percent:>6.1f} %"
            f"  {share(branches)[0]:>6}/{len(branches):<6} {share(branches)[2]:>6.1f} %")


def table(files, folders):
    """Prints a row for each folder; gives folder -> percent of lines."""
    percents = {}
    print(f"{'folder':<14} {'lines':>13} {'':>8}  {'branches':>13}")
    for folder in folders:
        inside = [coverage for path, coverage in files.items() if path.parts[0] == folder]
        lines = [count for coverage in inside for count in coverage.lines.values()]
        branches = [count for coverage in inside for count in coverage.branches.values()]
        print(line_of(folder, lines, branches))
        percents[folder] = share(lines)[2]
    return percents


def ranges(numbers):
    """1 2 3 7 -> "1-3 7"."""
    spans = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return " ".join(f"{a}-{b}" if b > a else str(a) for a, b in spans)


def print_missed(files, folders):
    print("\nlines that no test runs:")
    for path in sorted(files):
        missed = files[path].missed()
        if missed and path.parts[0] in folders:
            print(f"  {path}: {ranges(missed)}")


def main():
    parser = argparse.ArgumentParser(prog="scripts/coverage.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help=f"of {', '.join(FOLDERS)}"
                        " (default: all, and every test)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-run", action="store_true", help="only add up the last run again")
    options = parser.parse_args()
    unknown = sorted(set(options.folders) - set(FOLDERS))
    if unknown:
        parser.error(f"no folder of the product: {' '.join(unknown)}")
    folders = [folder for folder in FOLDERS if folder in options.folders] or list(FOLDERS)
    began = time.monotonic()
    try:
        passed = options.no_run or build_and_test(folders, options.jobs)
    except CommandFailed as failed:
        sys.exit(f"error: {failed} (log: {LOG})")
    files = gather(options.jobs)
    percents = table(files, folders)
    print_missed(files, [folder for folder in LEAST_LINES if folder in folders])
    low = [f"{folder}: {percents[folder]:.1f} % of the lines, at least {least:.0f} % are expected"
           for folder, least in LEAST_LINES.items() if percents.get(folder, 100.0) < least]
    if not passed:
        low.append(f"a test failed (log: {LOG})")
    print(f"\n{time.monotonic() - began:.0f} s" + "".join(f"\nFAILED {text}" for text in low))
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
