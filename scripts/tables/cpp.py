# SPDX-License-Identifier: Apache-2.0
"""The C++ of the transition table, laid out as clang-format would."""

from .transitions import SOURCE

COLUMNS = 100
HEAD = f"""// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_tables.py from {SOURCE}. Not to be edited.
"""


def enumeration(name, members):
    width = max(len(member.name) for member in members) + 1
    lines = [f"  {member.name + ',':{width}}  ///< {member.meaning}" for member in members]
    return f"enum class {name} : std::uint8_t {{\n" + "\n".join(lines) + "\n};\n"


def header(includes, body):
    lines = "\n".join(f"#include {name}" if name else "" for name in includes)
    return f"{HEAD}#pragma once\n\n{lines}\n\nnamespace jvpn {{\n\n{body}\n}}  // namespace jvpn\n"


def naming(kind, members, unknown, comment):
    cases = "".join(f"    case {kind}::{member.name}:\n      return \"{member.shown}\";\n"
                    for member in members)
    return (f"/// {comment}\nconstexpr std::string_view to_string({kind} value) {{\n"
            f"  switch (value) {{\n{cases}  }}\n  return \"{unknown}\";\n}}\n")


def enum_header(kind, members, unknown, comment):
    body = (enumeration(kind, members)
            + f"inline constexpr std::size_t k{kind}Count = {len(members)};\n\n"
            + naming(kind, members, unknown, comment))
    return header(["<cstddef>", "<cstdint>", "<string_view>"], body)


def state_header(table):
    return enum_header("State", table.states, "UNKNOWN",
                       'As audit events say it; "UNKNOWN" for what is no state.')


def event_header(table):
    return enum_header("Event", table.events, "unknown_event",
                       'For logs and tests; "unknown_event" for what is no event.')


def filled(words, indent):
    """Words on lines of at most COLUMNS, a comma after each but the last."""
    lines = [indent]
    for index, word in enumerate(words):
        piece = word + ("," if index + 1 < len(words) else "")
        glued = lines[-1] + ("" if lines[-1].strip() == "" or lines[-1].endswith("{") else " ") + piece
        if len(glued) > COLUMNS - 2:  # room for what closes the line
            lines.append(" " * len(indent) + piece)
        else:
            lines[-1] = glued
    return "\n".join(lines)


def cell(state, row):
    words = [f"State::{state.name}", f"Event::{row.event.name}", f"State::{row.to.name}",
             f"Reason::{row.reason}"]
    return filled(words, "    {") + "},"


def table_header(table):
    cells = "\n".join(cell(state, row) for state, row in table.cells())
    body = ("/// Every defined pair. `none`: the event brings its own reason.\n"
            + f"inline constexpr Transition kTransitions[] = {{\n{cells}\n}};\n")
    return header(['"session/core/transition.h"'], body)


def files(table):
    return {"session/core/state.h": state_header(table),
            "session/core/event.h": event_header(table),
            "session/core/transition_table.h": table_header(table)}
