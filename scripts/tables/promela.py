# SPDX-License-Identifier: Apache-2.0
"""The transition table as spin reads it. The including model says what TAKE does."""

from .transitions import SOURCE

PATH = "docs/formal/transitions.pml"
HEAD = f"""// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_tables.py from {SOURCE}. Not to be edited.
//
// The including model has `state` and `bindings`, and defines TAKE(to, effect) and UNDEFINED().
"""
CONDITION = {"": "", "bound": " && bindings == 1", "unbound": " && bindings == 0"}


def numbered(prefix, names):
    width = max(map(len, names)) + len(prefix)
    return "".join(f"#define {prefix + name:{width}} {number}\n"
                   for number, name in enumerate(names))


def line(state, row):
    return (f"  :: (state == S_{state.shown} && event == E_{row.event.name}"
            f"{CONDITION[row.guard]}) ->\n    TAKE(S_{row.to.shown}, BINDING_{row.effect})\n")


def text(table):
    rows = "".join(line(state, row) for state, row in table.cells())
    return (HEAD + "\n" + numbered("S_", [state.shown for state in table.states])
            + "\n" + numbered("E_", [event.name for event in table.events])
            + f"#define EVENTS {len(table.events)}\n\n"
            + "inline transition(event) {\n  if\n" + rows
            + "  :: else -> UNDEFINED()\n  fi\n}\n")


def files(table):
    return {PATH: text(table)}
