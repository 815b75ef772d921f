# SPDX-License-Identifier: Apache-2.0
"""The stages of scripts/test.sh, in order: cheap ones first, so that they speak first."""

import json
import shutil
import sys
import time
from functools import partial

from . import fuzz, meson
from .stage import CommandFailed, Tally, run

SOURCE_FOLDERS = ("apps", "base", "benchmarks", "client", "control", "crypto", "dataplane",
                  "session", "tests")
LAYOUT_TOOL = "clang-format-14"  # what .clang-format comes to differs from version to version
E2E_S = 900
FRESH_SEEDS = 1500
SIMULATED_MINUTES = 4  # of faults per seed
COMPARED_SEEDS = 12  # by two builds, at one minute
SIMULATION_S = 900  # on two idle cores about three minutes
MODELS_S = 600


def layers(context, log_file):
    run([sys.executable, "-B", "scripts/check_layers.py"], log_file, cwd=context.root)
    return Tally(passed=1)


def hot_path(context, log_file):
    """What the workers' object files may refer to; needs the optimised, unsanitized build."""
    run([sys.executable, "-B", "scripts/check_hot_path.py", context.build_dir(meson.PLAIN.name)],
        log_file, cwd=context.root)
    return Tally(passed=1)


def layout(context, log_file):
    """clang-format, one case a file."""
    tool = shutil.which(LAYOUT_TOOL)
    if tool is None:
        return Tally(notes=[f"layout: there is no {LAYOUT_TOOL} here (Debian 12 has it), and other"
                            " versions lay out differently"])
    tally = Tally()
    for folder in SOURCE_FOLDERS:
        for path in sorted((context.root / folder).rglob("*")):
            if path.suffix not in (".h", ".cc"):
                continue
            if run([tool, "--dry-run", "-Werror", path], log_file, check=False) == 0:
                tally.passed += 1
            else:
                tally.failures.append(f"not as clang-format would have it: {path}")
    return tally


def python_tests(folder, context, log_file, timeout_s=E2E_S):
    """The unittest files of a folder, against the plain build."""
    report = context.logs / f"{folder.replace('/', '-')}.json"
    report.unlink(missing_ok=True)
    code = run([sys.executable, "-B", "-m", "suite.unittests", folder, "--json", report], log_file,
               cwd=context.root, timeout_s=timeout_s, check=False,
               environment={"PYTHONPATH": str(context.root / "scripts"),
                            "JVPN_BUILD": str(context.build_dir(meson.PLAIN.name))})
    if not report.exists():
        raise CommandFailed(f"the tests of {folder} ended with {code} before they could report")
    counts = json.loads(report.read_text(encoding="utf-8"))
    return Tally(counts["passed"], counts["failed"],
                 [f"skipped, so unproven: {what}" for what in counts["skipped"]])


def models(context, log_file):
    """The formal models and their mutants, one case each."""
    report = context.logs / "models.json"
    report.unlink(missing_ok=True)
    code = run([sys.executable, "-B", "scripts/verify_models.py", "--report", report], log_file,
               cwd=context.root, timeout_s=MODELS_S, check=False)
    if not report.exists():
        raise CommandFailed(f"the models ended with {code} before they could report")
    counts = json.loads(report.read_text(encoding="utf-8"))
    return Tally(counts["passed"], counts["failed"])


def fresh_seed():
    """The first of ten thousand that nobody has seen yet: it follows from the minute."""
    return int(time.time()) // 60 * 10_000


def simulation(context, log_file):
    """Fresh seeds without a breach, in which each reachable cell of the matrix was seen."""
    first = fresh_seed()
    program = context.build_dir(meson.PLAIN.name) / "tests/sim/jvpn-sim"
    run([program, "--first", first, "--seeds", FRESH_SEEDS, "--minutes", SIMULATED_MINUTES,
         "--jobs", context.jobs, "--coverage", "--demand-coverage"], log_file,
        timeout_s=SIMULATION_S)
    run([program, "--first", first, "--seeds", 3, "--canary", "--expect-breaches"], log_file)
    return Tally(passed=2, notes=[f"seeds {first} to {first + FRESH_SEEDS - 1}; each is replayed by"
                                  f" scripts/simulate.sh --minutes {SIMULATED_MINUTES} --seed N"])


def audits(program, first, log_file):
    """The audit hashes of a few seeds, a line each."""
    command = [program, "--audits", "--first", first, "--seeds", COMPARED_SEEDS,
               "--minutes", 1]
    before = log_file.stat().st_size if log_file.exists() else 0
    run(command, log_file, timeout_s=SIMULATION_S)
    said = log_file.read_bytes()[before:].decode().splitlines()
    return [line for line in said if line.startswith("seed ")]


def same_audits(context, log_file):
    """The same seeds by gcc -O2 and by clang -O1 under sanitizers: the same audits to the byte."""
    first = fresh_seed()
    plain, asan = (audits(context.build_dir(variant.name) / "tests/sim/jvpn-sim", first, log_file)
                   for variant in (meson.PLAIN, meson.ASAN))
    tally = Tally()
    for one, other in zip(plain, asan):
        if one == other:
            tally.passed += 1
        else:
            tally.failures.append(f"builds differ, plain '{one}', asan '{other}'")
    if tally.passed + len(tally.failures) != COMPARED_SEEDS:
        tally.failures.append(f"of {COMPARED_SEEDS} seeds plain lived {len(plain)}, asan {len(asan)}")
    return tally


STAGES = (
    ("layers", layers),
    ("layout", layout),
    ("scripts", partial(python_tests, "tests/scripts")),
    ("models", models),
    ("build plain", partial(meson.build, meson.PLAIN)),
    ("hot path", hot_path),
    ("unit tests plain", partial(meson.test, meson.PLAIN)),
    ("end to end", partial(python_tests, "tests/e2e")),
    ("stranger", partial(python_tests, "tests/stranger")),
    ("simulation", simulation),
    ("benchmarks smoke", meson.benchmarks),
    ("build asan", partial(meson.build, meson.ASAN)),
    ("unit tests asan", partial(meson.test, meson.ASAN)),
    ("same audits", same_audits),
    ("fuzz smoke", fuzz.smoke),
    ("build tsan", partial(meson.build, meson.TSAN)),
    ("unit tests tsan", partial(meson.test, meson.TSAN)),
)
