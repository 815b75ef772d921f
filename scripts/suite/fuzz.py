# SPDX-License-Identifier: Apache-2.0
"""Fuzzing with libFuzzer: builds tests/fuzz with clang, in the same tree as the unit tests under
ASan, and runs its targets, two at a time.

Each target first replays its corpus and its own fresh seeds, which must reach every mark of the
target (tests/fuzz/fuzz.h), then looks for new inputs for the given time. What crashes is kept, and named.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import meson
from .stage import CommandFailed, Context, Tally, run

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
SMOKE_S = 20
AT_ONCE = 2
REPLAY_S = 120
MAX_LENGTH = 5000  # beyond the largest of all: a store's record
# An input that takes longer than this is a finding as well.
TIMEOUT_S = 20


@dataclass
class Outcome:
    """What came of one target."""
    target: str
    executions: int = 0
    per_second: int = 0
    edges: int = 0
    marks: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

    def line(self):
        reached = sum(count > 0 for count in self.marks.values())
        return (f"{self.target:<18} {self.executions:>12,} {self.per_second:>10,}"
                f" {self.edges:>8,} {reached:>5}/{len(self.marks)}"
                + "".join(f"\n    FAILED: {problem}" for problem in self.problems))


HEADER = f"{'target':<18} {'executions':>12} {'per second':>10} {'edges':>8} {'marks':>7}"


def build(context, log_file, names=()):
    """Builds the named targets (none: all); returns name -> program."""
    folder = context.build_dir(meson.ASAN.name)
    meson.configure(meson.ASAN, folder, context.root, log_file)
    run(["ninja", "-C", folder, "build.ninja"], log_file)  # configures anew when it must
    listing = subprocess.run(["meson", "introspect", "--targets", folder], check=True,
                             capture_output=True, text=True).stdout
    programs = {target["name"].removeprefix("fuzz_"): Path(target["filename"][0])
                for target in json.loads(listing)
                if target["type"] == "executable" and target["name"].startswith("fuzz_")}
    programs = choose(programs, names)
    run(["ninja", "-C", folder, f"-j{context.jobs}",
         *(program.relative_to(folder) for program in programs.values())], log_file,
        timeout_s=meson.BUILD_S)
    return programs


def choose(programs, names):
    unknown = [name for name in names if name not in programs]
    if unknown:
        raise CommandFailed(f"no target {', '.join(unknown)}; there are: {', '.join(programs)}")
    return {name: programs[name] for name in names or programs}


def keep_seeds(program, folder):
    """The target writes its seeds into the folder and ends."""
    subprocess.run([program], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=REPLAY_S, env={**os.environ, "JVPN_FUZZ_SEEDS": str(folder)})


def write_seeds(programs):
    """Puts the seeds that each target makes into the corpus of the tree."""
    for target, program in programs.items():
        keep_seeds(program, CORPUS / target)
        print(f"{target:<18} {len(list((CORPUS / target).iterdir())):>4} inputs")


class Campaign:
    """How long each target runs, where its findings and its log go."""

    def __init__(self, seconds, logs):
        self.seconds = seconds
        self.logs = logs
        self.findings = logs / "findings"
        self.findings.mkdir(parents=True, exist_ok=True)

    def play(self, target, program):
        outcome = Outcome(target)
        corpus = CORPUS / target
        if not corpus.is_dir() or not any(corpus.iterdir()):
            outcome.problems.append(f"no corpus in {corpus}; scripts/fuzz.sh --seeds writes it")
            return outcome
        # Formats change: what the target makes today is replayed beside what is in the tree.
        seeds = self.logs / "seeds" / target
        shutil.rmtree(seeds, ignore_errors=True)
        try:
            keep_seeds(program, seeds)
        except subprocess.SubprocessError as failed:
            outcome.problems.append(f"its seeds could not be made: {failed}")
            return outcome
        text = self._run(outcome, program, [corpus, seeds, "-runs=0"], REPLAY_S)
        outcome.marks = {name: int(count)
                         for name, count in re.findall(r"^mark (.+) (\d+)$", text, re.MULTILINE)}
        missed = [name for name, count in outcome.marks.items() if count == 0]
        if missed and not outcome.problems:
            outcome.problems.append(f"the corpus does not reach: {', '.join(missed)}")
        if not outcome.marks and not outcome.problems:
            outcome.problems.append("the target reported no marks")
        if not outcome.problems:
            self._search(outcome, program, (corpus, seeds))
        return outcome

    def _search(self, outcome, program, corpora):
        """New inputs are kept beside the log for the next campaign, not put into the tree."""
        found = self.logs / "found" / outcome.target
        found.mkdir(parents=True, exist_ok=True)
        text = self._run(outcome, program, [found, *corpora, f"-max_total_time={self.seconds}"],
                         self.seconds + REPLAY_S)
        outcome.executions = last_number(r"stat::number_of_executed_units:\s+(\d+)", text)
        outcome.per_second = outcome.executions // max(self.seconds, 1)
        outcome.edges = last_number(r"\bcov: (\d+)", text)
        if outcome.executions == 0 and not outcome.problems:
            outcome.problems.append("nothing was executed")

    def _run(self, outcome, program, arguments, patience_s):
        log = self.logs / f"{outcome.target}.log"
        command = ["nice", program, *arguments, f"-max_len={MAX_LENGTH}", f"-timeout={TIMEOUT_S}",
                   f"-artifact_prefix={self.findings}/{outcome.target}-", "-print_final_stats=1",
                   "-entropic=0"]  # its bookkeeping costs the stateful targets two thirds
        before = set(self.findings.glob(f"{outcome.target}-*"))
        with tempfile.TemporaryDirectory(prefix="jvpn-fuzz-") as scratch:
            try:
                done = subprocess.run(command, cwd=scratch, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      timeout=patience_s, check=False,
                                      env={**os.environ, "TMPDIR": scratch})
                text, code = done.stdout.decode(errors="replace"), done.returncode
            except subprocess.TimeoutExpired as late:
                text, code = (late.stdout or b"").decode(errors="replace"), None
        with log.open("a", encoding="utf-8") as out:
            out.write(f"$ {' '.join(map(str, command))}\n{text}\n")
        artifacts = set(self.findings.glob(f"{outcome.target}-*")) - before
        if code != 0:
            how = "did not end" if code is None else f"exited {code}"
            kept = ", ".join(str(path) for path in sorted(artifacts)) or "no input was kept"
            outcome.problems.append(f"{how}: {kept} (log: {log})")
        return text


def last_number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def campaign(programs, seconds, logs):
    """Plays every target, AT_ONCE at a time, and prints each as it ends."""
    for old in logs.glob("*.log"):
        old.unlink()
    one = Campaign(seconds, logs)
    outcomes = []
    print(HEADER, flush=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for outcome in pool.map(one.play, programs.keys(), programs.values()):
            print(outcome.line(), flush=True)
            outcomes.append(outcome)
    return outcomes


def smoke(context, log_file):
    """The stage of scripts/test.sh: one case a target."""
    programs = build(context, log_file)
    tally = Tally()
    for outcome in campaign(programs, SMOKE_S, context.logs / "fuzz"):
        if outcome.problems:
            tally.failures += [f"fuzz {outcome.target}: {text}" for text in outcome.problems]
        else:
            tally.passed += 1
    return tally


def parse():
    parser = argparse.ArgumentParser(prog="scripts/fuzz.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help=f"{SMOKE_S} s for each target")
    parser.add_argument("--seeds", action="store_true",
                        help="write the targets' own seeds into tests/fuzz/corpus and stop")
    parser.add_argument("arguments", nargs="*", metavar="HOURS | TARGET",
                        help="hours in all (default 1), then targets (default: all)")
    options = parser.parse_args()
    hours = [word for word in options.arguments[:1] if re.fullmatch(r"\d+(\.\d+)?", word)]
    options.hours = float(hours[0]) if hours else 1.0
    options.targets = options.arguments[len(hours):]
    return options


def main():
    options = parse()
    context = Context(ROOT, ROOT / "build-logs")
    logs = context.logs / "fuzz"
    build_log = context.logs / "build-fuzz.log"
    print(f"building (log: {build_log})", flush=True)
    try:
        programs = build(context, build_log, options.targets)
    except CommandFailed as failed:
        sys.exit(f"error: {failed}")
    if options.seeds:
        write_seeds(programs)
        return 0
    each = SMOKE_S if options.smoke else int(options.hours * 3600 * AT_ONCE / len(programs))
    outcomes = campaign(programs, each, logs)
    failed = [outcome for outcome in outcomes if outcome.problems]
    total = sum(outcome.executions for outcome in outcomes)
    print(f"{len(outcomes)} targets, {total:,} executions, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
