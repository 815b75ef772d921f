# SPDX-License-Identifier: Apache-2.0
"""Measures the packet path beside its floor, and what it is made of. See scripts/bench.sh."""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lab import hugepages
from lab.cleanup import Interrupted, undone_at_exit

from . import bars, page, parts, scaling, storms, table
from .programs import Failed, Rig
from .results import Results

PAGE_BYTES = 2 << 20
BYTES_PER_SESSION = 4_850  # of the table, with ipsec-mb 2.0; PathRig::memory_size() says exactly
OTHER_BYTES = 256 << 20


@dataclass
class Grid:
    """What is measured: numbers of sessions, sizes of packets, how sessions are drawn."""
    sessions: tuple = bars.SESSIONS
    sizes: tuple = bars.SIZES
    zipf: bool = False


QUICK = (Grid(),)
ALL_SIZES = (64, 128, 256, 512, 1024, 1420, 8900, "imix")
FULL = (Grid(sizes=ALL_SIZES), Grid(sizes=ALL_SIZES, zipf=True))


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench.sh", description=__doc__)
    parser.add_argument("--quick", action="store_true",
                        help="only the cells that have bars, in under 5 minutes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with plots there")
    parser.add_argument("--runs", type=int, default=3, help="of which the middle one counts")
    parser.add_argument("--slices", type=int, default=51, help="of 2 048 packets, per run")
    parser.add_argument("--sessions", type=int, nargs="+", help="only these numbers of sessions")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def raise_hugepages(stack, grids):
    """As many as the largest table needs, until the stack unwinds; without them 4 KiB pages."""
    most = max(max(grid.sessions) for grid in grids)
    pages = (most * BYTES_PER_SESSION + OTHER_BYTES) // PAGE_BYTES + 1
    try:
        hugepages.reserve(stack, pages)
        print(f"hugepages: {pages} of 2 MiB, put back at the end", flush=True)
    except hugepages.Unavailable as why:
        print(f"hugepages: none ({why}); 4 KiB pages make large tables slower", flush=True)


def measure(options, stack):
    """Results of everything that has bars, and of what the path is made of."""
    grids = QUICK if options.quick else FULL
    if options.sessions:
        grids = [Grid(tuple(options.sessions), grid.sizes, grid.zipf) for grid in grids]
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jvpn-bench-")))
    raise_hugepages(stack, grids)
    rig = Rig(options.build, folder)
    rows = [row for grid in grids for row in rig.measure(grid, options.runs, options.slices)]
    return Results(rows, parts.measure(options.build, options.quick),
                   storms.measure(options.build, folder, options.quick),
                   scaling.measure(options.build, folder))


def show(results):
    print()
    for lines in [*results.lines(), table.bars_lines(results.path)]:
        print("\n".join(lines) + "\n")
    judged = results.judged()
    print(f"{judged - results.missed()} of {judged} bars met", flush=True)


def write(options, results):
    if options.json:
        options.json.write_text(json.dumps(results.rows(), indent=1) + "\n", encoding="utf-8")
    if options.html:
        options.html.write_text(page.render(results), encoding="utf-8")


def main(arguments=None):
    options = parse(arguments)
    started = time.monotonic()
    try:
        with undone_at_exit() as stack:
            results = measure(options, stack)
    except Interrupted as interrupted:
        print(f"\n{interrupted}; hugepages are as they were", file=sys.stderr)
        return interrupted.exit_code
    except (Failed, OSError) as error:
        print(f"\nFAILED: {error}", file=sys.stderr)
        return 1
    show(results)
    write(options, results)
    print(f"{time.monotonic() - started:.0f} s")
    return 1 if results.missed() else 0


if __name__ == "__main__":
    sys.exit(main())
