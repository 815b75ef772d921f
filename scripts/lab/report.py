# SPDX-License-Identifier: Apache-2.0
"""What a scenario came to: for a person on the terminal, for a program as JSON."""

import statistics

from . import timeline


def print_jump_by_jump(outcome):
    """The audit timeline of each jump: in full for the first, the gaps for all."""
    for number, jump in enumerate(outcome.jumps):
        felt = ", ".join(f"{d} {outcome.gaps[d][number]:.1f} ms ({outcome.losses[d][number]} lost)"
                         for d in outcome.gaps)
        print(f"  jump {number + 1}: {jump.done}; gap {felt};"
              f" TCP {'alive' if jump.tcp_alive else 'DEAD'}")
        if number == 0:
            events = timeline.between(outcome.events, jump.event_ns, jump.end_ns)
            for line in timeline.lines(events, jump.event_ns):
                print(f"      {line}")


def print_summary(outcome):
    for direction, gaps in outcome.gaps.items():
        record = outcome.records[direction]
        print(f"  {direction:9} gap median {statistics.median(gaps):6.1f} ms,"
              f" worst {max(gaps):6.1f} ms (undisturbed {outcome.undisturbed_ms(direction):.1f} ms);"
              f"  {record.sent} sent, {record.received} received, {record.lost} lost")
    failures = list(outcome.failures())
    same = outcome.session_id_before == outcome.session_id_after
    print(f"  session   {outcome.session_id_after} {'(the same)' if same else '(NOT the same)'};"
          f" TCP {'alive' if outcome.tcp_alive else 'DEAD'};"
          f" bar {outcome.bar_ms:.1f} ms: {'held' if not failures else 'NOT HELD'}")
    for failure in failures:
        print(f"  ! {failure}")


def as_json(outcome):
    """The figures of one scenario; gap_ms is the median of the worse direction."""
    records = outcome.records
    return {
        "name": outcome.scenario.name,
        "session_id_before": outcome.session_id_before,
        "session_id_after": outcome.session_id_after,
        "sent": sum(r.sent for r in records.values()),
        "received": sum(r.received for r in records.values()),
        "lost": sum(r.lost for r in records.values()),
        "duplicated": sum(r.duplicated for r in records.values()),
        "gap_ms": round(max(outcome.median(d) for d in records), 3),
        "gap_ms_worst": round(max(max(gaps) for gaps in outcome.gaps.values()), 3),
        "bar_ms": round(outcome.bar_ms, 3),
        "directions": {
            d: {"sent": r.sent, "received": r.received, "lost": r.lost,
                "gap_ms": [round(g, 3) for g in outcome.gaps[d]],
                "gap_ms_median": round(outcome.median(d), 3),
                "gap_ms_undisturbed": round(outcome.undisturbed_ms(d), 3),
                "lost_per_jump": outcome.losses[d]} for d, r in records.items()},
        "tcp_alive": outcome.tcp_alive,
        "jumps": [{"done": j.done, "event_mono_ns": j.event_ns, "tcp_alive": j.tcp_alive}
                  for j in outcome.jumps],
        "states": timeline.states(outcome.events, [j.event_ns for j in outcome.jumps]),
        "failures": list(outcome.failures()),
    }
