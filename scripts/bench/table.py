# SPDX-License-Identifier: Apache-2.0
"""The figures for the terminal."""

from . import bars


def count(number):
    """1 000 as '1 k'."""
    for unit, size in (("M", 1_000_000), ("k", 1_000)):
        if number >= size and number % size == 0:
            return f"{number // size} {unit}"
    return str(number)


def _cell(row):
    if row is None:
        return f"{'-':^22}"
    bar = bars.bar_of(row)
    verdict = "" if bar is None else f"{'<=' if bars.is_met(row) else '> '} {bar:.2f}"
    word = "" if bar is None else ("met" if bars.is_met(row) else "MISSED")
    return f"{row['ratio']:6.2f} {verdict:7} {word:6} "


def bars_lines(rows):
    """Path / floor of every cell that has a bar, with the bar and whether it is met."""
    found = {(row["path"], row["sessions"], row["size"]): row for row in bars.judged(rows)}
    for path in bars.PATHS:
        yield f"{path}: path / floor, its bar"
        yield f"{'sessions':>10}  " + "".join(f"{size:>6} B{'':14}" for size in bars.SIZES)
        for sessions in bars.SESSIONS:
            cells = [_cell(found.get((path, sessions, size))) for size in bars.SIZES]
            yield f"{count(sessions):>10}  " + "".join(cells)
        yield ""


def rows_lines(rows):
    """Each row's figures."""
    yield ("path     sessions  draw      size   floor ns   path ns  ratio  cycles    Mpps  Gbit/s")
    for row in rows:
        yield (f"{row['path']:8} {count(row['sessions']):>8}  {row['draw']:8} {row['mix']:>5}"
               f" {row['floor_ns']:10.1f} {row['ns']:9.1f} {row['ratio']:6.2f}"
               f" {row['cycles']:7.0f} {row['mpps']:7.2f} {row['gbps']:7.1f}")


def stages_lines(rows):
    """Where the time goes, the dearest stage first."""
    yield "ns per packet by stage (measured apart, with probes)"
    for row in rows:
        if not row.get("stages"):
            continue
        parts = sorted(row["stages"].items(), key=lambda item: -item[1])
        yield (f"{row['path']:8} {count(row['sessions']):>6} {row['mix']:>5}  "
               + "  ".join(f"{name} {ns:.1f}" for name, ns in parts if ns >= 0.05))


def lines_of_parts(rows):
    """What the path is made of, alone."""
    yield "parts alone, ns each"
    for row in rows:
        yield f"  {row['part']:18} {row['case']:52} {row['ns']:9.1f}"
