# SPDX-License-Identifier: Apache-2.0
"""The figures as one HTML file that needs nothing else."""

from html import escape

from . import bars, svg, table

STYLE = """
body { font: 14px/1.45 sans-serif; max-width: 1000px; margin: 2em auto; color: #222 }
svg { font-size: 11px; margin: 0 1em 1em 0 } svg .title { font-size: 13px; font-weight: bold }
svg .grid { stroke: #ddd } table { border-collapse: collapse; margin-bottom: 1.5em }
td, th { padding: .2em .7em; border-bottom: 1px solid #ddd; text-align: right }
.met { color: #2a7a34 } .missed { color: #b3261e; font-weight: bold } pre { font-size: 12px }
"""


def _numbers(rows):
    return sorted({row["sessions"] for row in rows})


def _sizes(rows):
    return sorted({row["mix"] for row in rows}, key=lambda mix: (not mix.isdigit(), mix.zfill(5)))


def _of(rows, **wanted):
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def _by_sessions(rows, field):
    return {row["sessions"]: row[field] for row in rows}


def _cell(row):
    if row is None:
        return "<td>-</td>"
    met = bars.is_met(row)
    return (f'<td class="{"met" if met else "missed"}">{row["ratio"]:.2f}'
            f' {"&le;" if met else "&gt;"} {bars.bar_of(row):.2f}</td>')


def _bars_table(rows):
    found = {(row["path"], row["sessions"], row["size"]): row for row in bars.judged(rows)}
    head = "".join(f"<th>{path} {size} B</th>" for path in bars.PATHS for size in bars.SIZES)
    body = "".join(
        f"<tr><th>{table.count(sessions)}</th>"
        + "".join(_cell(found.get((path, sessions, size)))
                  for path in bars.PATHS for size in bars.SIZES) + "</tr>"
        for sessions in bars.SESSIONS)
    return f"<table><tr><th>sessions</th>{head}</tr>{body}</table>"


def _time_plot(rows, path, mix):
    chosen = _of(rows, path=path, mix=mix)
    series = {"path": (_by_sessions(chosen, "ns"), _by_sessions(chosen, "floor_ns"))}
    return svg.lines(f"{path}, {mix}{' B' if mix.isdigit() else ''}: path, and floor dashed",
                     "ns", _numbers(rows), series)


def _rate_plot(rows, path, field, unit):
    series = {mix: (_by_sessions(_of(rows, path=path, mix=mix), field),) for mix in _sizes(rows)}
    return svg.lines(f"{path}, one worker", unit, _numbers(rows), series)


def _stage_plot(rows, path, mix):
    columns = {table.count(row["sessions"]): row["stages"]
               for row in _of(rows, path=path, mix=mix) if row.get("stages")}
    title = f"{path}, {mix}{' B' if mix.isdigit() else ''}: stages over sessions"
    return svg.stacked(title, "ns", columns) if columns else ""


def _section(rows, draw):
    rows = _of(rows, draw=draw)
    paths = bars.PATHS
    yield f"<h2>Sessions drawn {'uniformly' if draw == 'uniform' else 'by Zipf’s law'}</h2>"
    yield "<h3>Throughput</h3>"
    for field, unit in (("mpps", "Mpps"), ("gbps", "Gbit/s")):
        yield "".join(_rate_plot(rows, path, field, unit) for path in paths)
    yield "<h3>Path and floor</h3>"
    yield "".join(_time_plot(rows, path, mix) for mix in _sizes(rows) for path in paths)
    yield "<h3>Stage by stage</h3>"
    yield "".join(_stage_plot(rows, path, mix) for mix in _sizes(rows) for path in paths)


def render(results):
    """The whole page as text."""
    rows = results.path
    memory = ", ".join(sorted({row["memory"] for row in rows}))
    text = "\n\n".join("\n".join(lines) for lines in results.lines())
    sections = "".join(part for draw in ("uniform", "zipf") if _of(rows, draw=draw)
                       for part in _section(rows, draw))
    return (f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Packet path</title>'
            f"<style>{STYLE}</style><h1>The packet path beside the bare cipher</h1>"
            f"<p>Ratio of path to floor, its bar, memory: {escape(memory)}."
            f" Method: docs/BENCHMARKS.md.</p>{_bars_table(rows)}{sections}"
            f"<h2>All figures</h2><pre>{escape(text)}</pre></html>\n")
