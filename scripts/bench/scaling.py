# SPDX-License-Identifier: Apache-2.0
"""What a second worker brings: bench_workers' rows, and what they are held to."""

import os

from .programs import rows_of, run

BAR = 1.9
SIZES = "64,1420"


def measure(build, folder):
    """A row for each direction, size and number of sessions; none on a machine with one core."""
    if os.cpu_count() < 2:
        return []
    file = folder / "bench_workers.json"
    run([build / "benchmarks/dataplane/bench_workers", "--sizes", SIZES, "--json", file])
    return [dict(row, bar=BAR) for row in rows_of(file)]


def is_met(row):
    """Whether two workers are as much faster as they have to be, to two digits."""
    return round(row["ratio"], 2) >= row["bar"]


def missed(rows):
    return [row for row in rows if not is_met(row)]


def lines(rows):
    """Two workers beside one, and what two cores give the bare cipher."""
    yield "two workers: throughput / that of one, its bar; the same of the bare cipher"
    for row in rows:
        yield (f"  {row['scaling']:8} {row['sessions']:>6} sessions each  {row['mix']:>5} B  "
               f"{row['ratio']:.2f} >= {row['bar']:.1f} {'met' if is_met(row) else 'MISSED'}"
               f"  {row['mpps_of_one']:.2f} -> {row['mpps_of_two']:.2f} Mpps"
               f"  cipher {row['cipher_ratio']:.2f}")
