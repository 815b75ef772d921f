# SPDX-License-Identifier: Apache-2.0
"""What the path is made of, measured alone: cipher bursts, replay window, session table."""

from .programs import google_benchmark

PROGRAMS = ("crypto/bench_aead", "session/bench_replay_window", "session/bench_table",
            "session/bench_table_under_load")
NS_PER = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


def row(program, figures):
    """ns of one operation: a packet, a lookup, a publication."""
    items = figures.get("items_per_second")
    packet = figures.get("packet")  # bench_aead: seconds a packet
    if packet is not None:
        ns = packet * 1e9
    elif items:
        ns = 1e9 / items
    else:
        ns = figures["real_time"] * NS_PER[figures["time_unit"]]
    return {"part": program.split("bench_")[1], "case": figures["name"], "ns": ns}


def measure(build, quick):
    """Rows {part, case, ns} of every Google Benchmark program of the data plane."""
    rows = []
    for program in PROGRAMS:
        print(f"  {program}", flush=True)
        rows += [row(program, figures)
                 for figures in google_benchmark(build, program, 0.05 if quick else 0.5)]
    return rows
