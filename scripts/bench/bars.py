# SPDX-License-Identifier: Apache-2.0
"""The bars: the whole path as a multiple of the bare cipher call of its direction.

AES-256-GCM, sessions drawn uniformly, one worker (docs/BENCHMARKS.md).
"""

# sessions -> size -> (uplink, downlink)
BARS = {
    1: {64: (1.7, 1.4), 512: (1.35, 1.3), 1420: (1.15, 1.15)},
    1_000: {64: (1.7, 1.4), 512: (1.35, 1.3), 1420: (1.18, 1.18)},
    10_000: {64: (1.8, 1.7), 512: (1.6, 1.55), 1420: (1.4, 1.4)},
    100_000: {64: (2.0, 2.3), 512: (1.4, 1.5), 1420: (1.25, 1.4)},
    1_000_000: {64: (1.3, 1.4), 512: (1.25, 1.25), 1420: (1.2, 1.2)},
}
SESSIONS = tuple(BARS)
SIZES = (64, 512, 1420)
PATHS = ("uplink", "downlink")


def bar_of(row):
    """The bar that a row is held to, or None."""
    plain = row.get("draw") == "uniform" and row.get("workers") == 1
    pair = BARS.get(row["sessions"], {}).get(row["size"])
    if not plain or pair is None:
        return None
    return pair[PATHS.index(row["path"])]


def is_met(row):
    """Whether the row's middle run is within its bar, to the two digits that bars have."""
    return round(row["ratio"], 2) <= bar_of(row)


def judged(rows):
    """The rows that have a bar."""
    return [row for row in rows if bar_of(row) is not None]


def missed(rows):
    return [row for row in judged(rows) if not is_met(row)]
