# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/SESSION.md, each between its markers."""

import re

from . import policy, reasons
from .transitions import SourceError

PATH = "docs/SESSION.md"
BEGIN = "<!-- made by scripts/generate_tables.py: {} -->"
END = "<!-- end of {} -->"


def grid(head, rows):
    lines = ["| " + " | ".join(line) + " |\n" for line in [head, *rows]]
    return "".join([lines[0], "|---" * len(head) + "|\n", *lines[1:]])


def states(table):
    return grid(["state", "meaning", "bindings"],
                [[f"`{state.shown}`", state.meaning, state.bindings] for state in table.states])


def origin(row, table):
    names = "any but " + table.states[-1].shown
    if row.froms != table.live:
        names = ", ".join(state.shown for state in row.froms)
    return names + (f" ({row.guard})" if row.guard else "")


def transitions(table):
    lines = []
    for row in table.rows:
        reason = f"{row.event.brings} reason" if row.event.brings else f"`{row.reason}`"
        lines.append([origin(row, table), f"`{row.event.name}`: {row.meaning}", row.to.shown,
                      reason, "" if row.effect == "kept" else row.effect])
    return grid(["from", "event", "to", "reason", "binding"], lines)


def codes(listed):
    return grid(["code", "reason", "meaning"],
                [[str(number), f"`{name}`", meaning] for number, name, meaning in listed])


def keys(listed):
    return grid(["key", "default", "what it bounds, and its range"],
                [[f"`{key.removeprefix('policy.')}`", f"`{default}`", says]
                 for key, default, says in listed])


def replaced(text, name, body):
    begin, end = BEGIN.format(name), END.format(name)
    pattern = re.compile(re.escape(begin) + r"\n.*?" + re.escape(end), re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise SourceError(f"{PATH}: no place for '{name}': {begin} ... {end}")
    return pattern.sub(lambda _: f"{begin}\n{body}{end}", text)


def files(root, table):
    text = (root / PATH).read_text(encoding="utf-8")
    parts = {"states": states(table), "transitions": transitions(table),
             "reasons": codes(reasons.read(root)), "policy": keys(policy.read(root))}
    for name, body in parts.items():
        text = replaced(text, name, body)
    return {PATH: text}
