# SPDX-License-Identifier: Apache-2.0
"""Reads session/core/transitions.toml and refuses what makes no sense."""

import tomllib
from dataclasses import dataclass

SOURCE = "session/core/transitions.toml"
LIVE = "live"
GUARDS = ("", "bound", "unbound")
EFFECTS = ("kept", "made", "lost")


class SourceError(Exception):
    """The source contradicts itself; the text says where."""


@dataclass(frozen=True)
class State:
    name: str
    meaning: str
    bindings: str

    @property
    def shown(self):
        return self.name.rstrip("_").upper()


@dataclass(frozen=True)
class Event:
    name: str
    meaning: str
    brings: str = ""  # whose reason it brings, if it does

    @property
    def shown(self):
        return self.name


@dataclass(frozen=True)
class Row:
    froms: tuple
    event: Event
    to: State
    reason: str  # "none" where the event brings its own
    guard: str
    effect: str
    meaning: str


@dataclass(frozen=True)
class Table:
    states: tuple
    events: tuple
    rows: tuple

    @property
    def live(self):
        return self.states[:-1]

    def cells(self):
        """Each defined pair: (from, row)."""
        return [(state, row) for row in self.rows for state in row.froms]


def expect(condition, problem):
    if not condition:
        raise SourceError(f"{SOURCE}: {problem}")


def named(items, name, what):
    found = [item for item in items if item.name == name]
    expect(len(found) == 1, f"'{name}' is not one {what}")
    return found[0]


def read_row(raw, states, events):
    event = named(events, raw["event"], "event")
    about = f"row {raw['from']} x {event.name}"
    live = raw["from"] == [LIVE]
    froms = states[:-1] if live else tuple(named(states, name, "state") for name in raw["from"])
    expect(froms, f"{about}: from nowhere")
    expect(states[-1] not in froms, f"{about}: nothing leaves {states[-1].shown}")
    reason = raw.get("reason", "none")
    expect((reason == "none") == bool(event.brings), f"{about}: exactly one reason")
    guard, effect = raw.get("if", ""), raw.get("binding", "kept")
    expect(guard in GUARDS and effect in EFFECTS, f"{about}: unknown condition or effect")
    known = {"from", "event", "to", "reason", "if", "binding", "meaning"}
    expect(set(raw) <= known, f"{about}: unknown key {set(raw) - known}")
    return Row(froms, event, named(states, raw["to"], "state"), reason, guard, effect,
               raw.get("meaning", event.meaning))


def read(root):
    raw = tomllib.loads((root / SOURCE).read_text(encoding="utf-8"))
    states = tuple(State(**item) for item in raw["state"])
    events = tuple(Event(**item) for item in raw["event"])
    table = Table(states, events, tuple(read_row(item, states, events) for item in raw["row"]))
    pairs = [(state.name, row.event.name) for state, row in table.cells()]
    twice = {pair for pair in pairs if pairs.count(pair) > 1}
    expect(not twice, f"two rows define the same pair: {sorted(twice)}")
    idle = {event.name for event in events} - {event for _, event in pairs}
    expect(not idle, f"events without a row: {sorted(idle)}")
    return table
