# SPDX-License-Identifier: Apache-2.0
"""What notices a mutant: a program of unit tests, or the simulator."""

import os
import re
import signal
import subprocess
from dataclasses import dataclass

PATIENCE_S = 300  # a mutant that makes a program hang is caught as well
SEED_PATIENCE_S = 3  # ten times what one takes on an idle machine
SIMULATOR = "sim/jvpn-sim"


class TooSlow(Exception):
    """Neither a breach nor health: nothing is proven."""


@dataclass(frozen=True)
class Breach:
    """The first seed, counted from 1, at which the simulator noticed, and what it said."""
    seed: int
    what: str


def run(command, patience_s):
    """The exit code and what was said; None as the code when it did not end."""
    environment = {**os.environ, "RC_PARAMS": "seed=1"}  # properties draw the same cases each time
    process = subprocess.Popen([str(part) for part in command], env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True)
    try:
        said, _ = process.communicate(timeout=patience_s)
        return process.returncode, said
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        return None, said


def failed_test(program, code, said):
    """The first test that failed, or in which the program ended; None when all is well."""
    if code == 0:
        return None
    failed = re.search(r"\[  FAILED  \] ([\w./]+)", said)
    if failed:
        return failed.group(1)
    how = "did not end" if code is None else f"exited {code}"
    begun = re.findall(r"\[ RUN      \] ([\w./]+)", said)
    return f"{begun[-1]} ({how})" if begun else f"{program} {how}"


def first_breach(code, said):
    """None when every seed was lived through and none had a breach. Raises TooSlow."""
    breaches = [Breach(int(seed), what.strip())
                for seed, what in re.findall(r"BREACH seed (\d+): (.*)", said)]
    if breaches:
        return min(breaches, key=lambda breach: breach.seed)
    if code is None:
        raise TooSlow(f"{SIMULATOR} saw nothing and did not end in time")
    return None if code == 0 else Breach(0, f"{SIMULATOR} exited {code}")


def run_tests(build, program):
    command = [build / "tests" / program, "--gtest_fail_fast"]
    return failed_test(program, *run(command, PATIENCE_S))


def run_simulator(build, seeds, jobs=1):
    command = [build / "tests" / SIMULATOR, "--first", 1, "--seeds", seeds.count,
               "--minutes", seeds.minutes, "--jobs", jobs, "--stop"]
    return first_breach(*run(command, PATIENCE_S + SEED_PATIENCE_S * seeds.count))
