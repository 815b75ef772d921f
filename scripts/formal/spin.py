# SPDX-License-Identifier: Apache-2.0
"""One exhaustive search: spin writes it, the C compiler builds it, it runs."""

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass

SEARCH_S = 120
MEMORY_MB = 900
DEPTH = 1_000_000
UNREACHED = re.compile(r'^\s+(?:\S*/)?(\w+\.pml):(\d+), state \d+, "(.*)"$', re.MULTILINE)


class ToolFailed(Exception):
    """spin or the compiler refused the model, or is missing."""


@dataclass(frozen=True)
class Outcome:
    states: int
    seconds: float
    complete: bool    # every reachable state was seen, or an error ended the search
    error: str        # the first error found, or ''
    unreached: frozenset  # (file, line, statement)


def run(command, folder):
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=SEARCH_S, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise ToolFailed(f"{command[0]}: {error}") from error
    return done.returncode, done.stdout + done.stderr


def build(model, options, folder):
    for command in (["spin", *options, "-a", model],
                    ["cc", "-O1", "-w", "-DSAFETY", f"-DMEMLIM={MEMORY_MB}", "-o", "pan", "pan.c"]):
        code, text = run([str(word) for word in command], folder)
        if code != 0 or "Error:" in text:
            raise ToolFailed(f"{command[0]} refuses {model.name} {' '.join(options)}:\n{text}")


def read(text, seconds):
    states = re.search(r"(\d+(?:\.\d+e\+\d+)?) states, stored", text)
    error = re.search(r"^pan:\d+: (.+?)(?: \(at depth \d+\))?$", text, re.MULTILINE)
    # Statements are compared between variants, whose constants differ.
    unreached = frozenset((file, int(number), re.sub(r"\d+", "#", statement))
                          for file, number, statement in UNREACHED.findall(text)
                          if statement != "-end-")
    complete = "errors:" in text and "max search depth too small" not in text \
        and (error is not None or "Search not completed" not in text)
    return Outcome(int(float(states.group(1))) if states else 0, seconds, complete,
                   error.group(1) if error else "", unreached)


def explore(model, options):
    with tempfile.TemporaryDirectory() as folder:
        build(model, options, folder)
        began = time.monotonic()
        _, text = run(["./pan", f"-m{DEPTH}"], folder)
        return read(text, time.monotonic() - began)
