# SPDX-License-Identifier: Apache-2.0
"""The gateway's audit log, told to a person: what happened, how long after the event."""

import bisect

NS_PER_MS = 1_000_000


def between(audit, begin_ns, end_ns, session_id=None):
    """Events whose mono_ns lies in [begin, end), of one session where asked."""
    return [e for e in audit if begin_ns <= e["mono_ns"] < end_ns
            and session_id in (None, e["session_id"])]


def states(audit, jumps_ns):
    """The state changes among the events, each with its jump (from 1) and the ms since that."""
    found = []
    for event in audit:
        jump = bisect.bisect_right(jumps_ns, event["mono_ns"])
        if event["event_type"] != "SessionStateChange":
            continue
        since = (event["mono_ns"] - jumps_ns[jump - 1]) / NS_PER_MS if jump else None
        found.append({"version": event["state_version"], "reason": event["reason_code"],
                      "from": event["previous_state"], "to": event["new_state"],
                      "jump": jump, "ms_since_jump": since})
    return found


def _told(event):
    kind = event["event_type"]
    if kind == "SessionStateChange":
        return (f"{event['previous_state']} -> {event['new_state']}".ljust(26)
                + f" {event['reason_code']}".ljust(30) + f" version {event['state_version']}")
    if kind == "TransportSwitch":
        return (f"bound to {event['new_transport']} (was {event['previous_transport']})".ljust(57)
                + f" {event['reason_code']}")
    return f"{kind}".ljust(26) + f" {event['reason_code']}"


def lines(audit, event_ns):
    """One line an event, in ms since event_ns."""
    return [f"{(e['mono_ns'] - event_ns) / NS_PER_MS:+9.1f} ms  {_told(e)}" for e in audit]
