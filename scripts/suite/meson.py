# SPDX-License-Identifier: Apache-2.0
"""Builds and unit tests through meson, counted by test case rather than by executable."""

import json
import shutil
import subprocess
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from pathlib import Path

from .stage import CommandFailed, Tally, run

BUILD_S = 1200
TESTS_S = 600
PATIENCE = 10  # times meson's 30 s a program: sanitizers are slow


@dataclass
class Variant:
    """A way to build: its name, meson options, what the test programs run under and with."""
    name: str
    options: tuple = ()
    targets: tuple = ()
    wrapper: tuple = ()
    environment: tuple = ()
    suite: str = ""  # only the tests of this meson suite, and what they need; else all
    compilers: tuple = ("g++",)  # the first that is there: Debian 12 and 13 name them differently


# Line numbers for backtraces are enough: full debug information costs a quarter of the time.
COMMON = ("-Dwerror=true", "-Ddebug=false", "-Dcpp_args=-g1")
PLAIN = Variant("plain")
# The sanitizers' builds serve tests alone: no load tools, and lightly optimised, which compiles in
# half the time.
SANITIZED = ("-Dbenchmarks=false", "-Doptimization=1")
# One tree for the unit tests and for the fuzz targets: the option brings ASan, UBSan and libFuzzer's
# instrumentation, and clang compiles tests under sanitizers almost twice as fast as gcc.
ASAN = Variant("asan", ("-Dfuzz=true", *SANITIZED),
               ("meson-test-prereq", "fuzz_targets", "tests/sim/jvpn-sim"),
               compilers=("clang++-14", "clang++"))
# gcc 12 sees uninitialised reads in moved variants that its own instrumentation wrote; the plain
# build keeps that warning.
# Without address randomisation: the sanitizer's shadow would collide with it on recent kernels.
# Only what runs threads of its own can race; the other programs would cost minutes and prove nothing.
TSAN = Variant("tsan", ("-Db_sanitize=thread", *SANITIZED,
                        "-Dcpp_args=-g1 -Wno-maybe-uninitialized"),
               wrapper=("setarch", "-R"), suite="threads")


def compiler_of(variant):
    """The first of its compilers that is installed."""
    for name in variant.compilers:
        if shutil.which(name):
            return name
    raise CommandFailed(f"{' or '.join(variant.compilers)} is missing")


def configure(variant, folder, root, log_file):
    """Only once: ninja sees to later changes itself."""
    if (folder / "build.ninja").exists():
        return
    ccache = "ccache " if shutil.which("ccache") else ""
    run(["meson", "setup", folder, root, *COMMON, *variant.options], log_file,
        environment={"CXX": ccache + compiler_of(variant)})


def build(variant, context, log_file):
    """Configures and builds everything with warnings as errors; one case of its own."""
    folder = context.build_dir(variant.name)
    configure(variant, folder, context.root, log_file)
    targets = _programs_of(folder, variant.suite) if variant.suite else variant.targets
    # What can be built is built (-k0), so that the tests of everything else still speak.
    run(["ninja", "-C", folder, "-k0", f"-j{context.jobs}", *targets], log_file, timeout_s=BUILD_S)
    return Tally(passed=1)


def _programs_of(folder, suite):
    """The test programs of a suite, as ninja targets."""
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", folder], check=True,
                                      capture_output=True, text=True).stdout)
    programs = [str(Path(test["cmd"][0]).relative_to(folder)) for test in tests
                if any(name.endswith(f":{suite}") for name in test["suite"])]
    if not programs:
        raise CommandFailed(f"no test belongs to the suite '{suite}'")
    return programs


def test(variant, context, log_file):
    """Runs the unit tests of a built variant."""
    folder = context.build_dir(variant.name)
    wrapper = ["--wrapper", " ".join(variant.wrapper)] if _usable(variant.wrapper) else []
    logs = folder / "meson-logs"
    _forget_logs(logs)
    chosen = ["--suite", variant.suite] if variant.suite else []
    code = run(["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", "-t", PATIENCE,
                "--num-processes", context.jobs, *wrapper, *chosen], log_file, timeout_s=TESTS_S,
               check=False, environment=dict(variant.environment))
    tally = count(logs, variant.name)
    if variant.wrapper and not wrapper:
        tally.notes.append(f"{variant.name}: '{' '.join(variant.wrapper)}' is not allowed here,"
                           " the tests ran without it")
    if code != 0 and not tally.failures:
        tally.failures.append(f"{variant.name}: meson test exited {code}")
    if tally.passed == 0 and not tally.failures:
        tally.failures.append(f"{variant.name}: no unit test ran")
    return tally


def _usable(wrapper):
    return bool(wrapper) and subprocess.run([*wrapper, "true"], capture_output=True).returncode == 0


def count(logs, variant_name):
    """Cases from the JUnit file; a program that crashed before writing its own counts as one."""
    tally = Tally()
    blamed = set()  # names of cases; a program that crashed stands as a case of its own name
    for case in _cases(logs):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failures.append(f"{variant_name}: {name}")
            blamed.add(case.get("name"))
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            tally.notes.append(f"{variant_name}: {name} did not run, what it tests is unproven")
        else:
            tally.passed += 1
    tally.failures += _programs_that_failed_unseen(logs, variant_name, blamed)
    return tally


def _forget_logs(logs):
    for old in logs.glob("testlog*"):
        old.unlink()


def _cases(logs):
    """Every test case of the JUnit files; meson names them after the wrapper, if there is one."""
    for junit in sorted(logs.glob("testlog*.junit.xml")):
        yield from xml.parse(junit).getroot().iter("testcase")


def _finished_programs(logs):
    """What meson says of each program, a JSON object a line."""
    for log in sorted(logs.glob("testlog*.json")):
        yield from map(json.loads, log.read_text(encoding="utf-8").splitlines())


def _programs_that_failed_unseen(logs, variant_name, blamed):
    """A program whose result is not OK although none of its cases says so (crash, sanitizer)."""
    for program in _finished_programs(logs):
        seen = blamed and "FAILED TEST" in program.get("stdout", "")
        if program["result"] in ("OK", "EXPECTEDFAIL", "SKIP"):
            continue
        if program["name"] not in blamed and not seen:
            yield f"{variant_name}: program {program['name']}: {program['result']}"


def benchmarks(context, log_file):
    """Each benchmark for an instant: that it runs at all. Registered with meson's benchmark()."""
    folder = context.build_dir(PLAIN.name)
    _forget_logs(folder / "meson-logs")
    run(["meson", "test", "--benchmark", "-C", folder, "--no-rebuild", "--print-errorlogs"],
        log_file, timeout_s=300, check=False, environment={"BENCHMARK_MIN_TIME": "0.001"})
    tally = Tally()
    for program in _finished_programs(folder / "meson-logs"):
        if program["result"] == "OK":
            tally.passed += 1
        else:
            tally.failures.append(f"benchmark {program['name']}: {program['result']}")
    return tally
