# SPDX-License-Identifier: Apache-2.0
"""A stage of the test run: what it counts, where its log goes, how its commands run."""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

TAIL_LINES = 60
FIRST_ERRORS = 20
ERROR = re.compile(r"error: |^FAILED: ")  # as compilers, linkers and ninja say it


@dataclass
class Tally:
    """What a stage came to. Failures and notes are sentences for the person who reads the run."""
    passed: int = 0
    failures: list = field(default_factory=list)
    notes: list = field(default_factory=list)  # skipped, unproven: never silent

    def add(self, other):
        self.passed += other.passed
        self.failures += other.failures
        self.notes += other.notes


@dataclass
class Context:
    """What every stage is given."""
    root: Path
    logs: Path
    jobs: int = 2

    def build_dir(self, name):
        return self.root / f"build-{name}"


class CommandFailed(Exception):
    """A command of a stage failed; the text says which and where its log is."""


def run(command, log_file, cwd=None, environment=None, timeout_s=900, check=True):
    """Runs a command with its output appended to log_file; returns its exit code.

    Its whole process group is ended when time is up or the run is interrupted.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("ab") as log:
        log.write(f"$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        process = subprocess.Popen([str(c) for c in command], cwd=cwd, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                                   env={**os.environ, **(environment or {})})
        try:
            code = process.wait(timeout_s)
        except BaseException as error:
            _end_group(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise CommandFailed(f"{command[0]} took longer than {timeout_s} s") from error
            raise
    if check and code != 0:
        raise CommandFailed(f"'{' '.join(map(str, command))}' exited {code}")
    return code


def _end_group(process):
    """SIGTERM first: an end-to-end run takes its namespaces and hugepages down."""
    for number, patience_s in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
            process.wait(patience_s)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def excerpt(log_file):
    """What went wrong, for the terminal: a log's first errors, then its end, indented.

    A build goes on after an error (-k0), so that its end says nothing about it.
    """
    if not log_file.exists():
        return ""
    lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
    before, end = lines[:-TAIL_LINES], lines[-TAIL_LINES:]
    errors = [line for line in before if ERROR.search(line)][:FIRST_ERRORS]
    shown = [*errors, "..."] + end if errors else end
    return "\n".join("    | " + line[:300] for line in shown)


def play(name, function, context):
    """Runs one stage to its end, whatever happens in it, and prints what came of it."""
    print(f"\n== {name}", flush=True)
    log_file = context.logs / f"{name.replace(' ', '-')}.log"
    log_file.unlink(missing_ok=True)
    started = time.monotonic()
    try:
        tally = function(context, log_file)
    except (CommandFailed, OSError, ValueError) as error:
        tally = Tally(failures=[f"{name}: {error}"])
    for note in tally.notes:
        print(f"   note: {note}")
    if tally.failures:
        print(excerpt(log_file))
        for failure in tally.failures:
            print(f"   FAILED: {failure}")
    print(f"   {name}: {tally.passed} ok, {len(tally.failures)} not ok,"
          f" {time.monotonic() - started:.0f} s (log: {log_file})", flush=True)
    return tally
