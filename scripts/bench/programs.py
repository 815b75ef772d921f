# SPDX-License-Identifier: Apache-2.0
"""Running the benchmark programs and reading what they say."""

import json
import os
import signal
import subprocess
import tempfile

from lab import kernel


class Failed(Exception):
    """A benchmark program failed; the text says which and what it said."""


def run(command, show=True):
    """Runs a program to its end with its lines on our terminal; ended when we are."""
    command = [str(part) for part in command]
    ours = os.getpid()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True,
                               preexec_fn=lambda: kernel.die_with_parent(signal.SIGKILL, ours))
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if show:
                print("  " + line, end="", flush=True)
        code = process.wait()
    finally:
        process.kill()
        process.wait()
    if code != 0:
        raise Failed(f"{command[0]} exited {code}:\n{''.join(lines[-5:])}")
    return "".join(lines)


def rows_of(file):
    """The rows that a program wrote, one JSON object a line."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


class Rig:
    """The programs of the data plane's rig, which take the same options."""

    def __init__(self, build, folder):
        self.build, self.folder = build, folder

    def _run(self, program, grid, options):
        file = self.folder / f"{program}.json"
        command = [self.build / "benchmarks/dataplane" / program, "--json", file,
                   "--sessions", ",".join(map(str, grid.sessions)),
                   "--sizes", ",".join(map(str, grid.sizes)), *options]
        run(command + (["--zipf"] if grid.zipf else []))
        return rows_of(file)

    def measure(self, grid, runs, slices):
        """Rows of bench_path with the stages of bench_stages in them."""
        rows = self._run("bench_path", grid, ["--runs", runs, "--slices", slices])
        stages = {_key(row): row["stages"]
                  for row in self._run("bench_stages", grid, ["--slices", max(slices // 2, 1)])}
        for row in rows:
            row["stages"] = stages.get(_key(row), {})
        return rows


def _key(row):
    return row["path"], row["mix"], row["sessions"], row["draw"]


def google_benchmark(build, program, seconds):
    """The figures of each case of a Google Benchmark program."""
    with tempfile.NamedTemporaryFile(prefix="jvpn-bench-", suffix=".json") as file:
        run([build / "benchmarks" / program, "--benchmark_out_format=json",
             f"--benchmark_out={file.name}", f"--benchmark_min_time={seconds}"], show=False)
        return json.loads(file.read())["benchmarks"]  # what it prints has warnings in between
