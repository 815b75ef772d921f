# SPDX-License-Identifier: Apache-2.0
"""What a storm of jumps costs the data plane: bench_storm's rows, and what they are held to."""

from .programs import rows_of, run

QUICK = ("--storms", "1", "--slices", "30")
FULL = ("--storms", "5")


def measure(build, folder, quick):
    """A row for each direction; see docs/BENCHMARKS.md."""
    file = folder / "bench_storm.json"
    run([build / "benchmarks/dataplane/storm/bench_storm", "--json", file,
         *(QUICK if quick else FULL)])
    return rows_of(file)


def is_met(row):
    """Whether the worker kept the share of its throughput that it has to, to three digits."""
    return round(row["ratio"], 3) >= row["bar"]


def missed(rows):
    return [row for row in rows if not is_met(row)]


def lines(rows):
    """Throughput and latency before a storm and during it."""
    yield "storm: throughput during / before, its bar; us from offered to sent at half load"
    for row in rows:
        quiet, storm = row["latency_us"]["before"], row["latency_us"]["during"]
        yield (f"  {row['storm']:8} {row['sessions']:>6} sessions  {row['ratio']:.3f} >= "
               f"{row['bar']:.2f} {'met' if is_met(row) else 'MISSED'}"
               f"  p99.9 {quiet['p99.9']:.1f} -> {storm['p99.9']:.1f}"
               f"  all bound in {row['ms']['all']:.0f} ms"
               f"  control {row['control_us_per_jump']:.1f} us a jump")
