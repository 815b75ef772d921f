# SPDX-License-Identifier: Apache-2.0
"""The gateway's audit log, told to a person: what happened, how long after the event."""

NS_PER_MS = 1_000_000


def between(audit, begin_ns, end_ns, session_id=None):
    """Events whose mono_ns lies in [begin, end), of one session where asked."""
    return [e for e in audit if begin_ns <= e["mono_ns"] < end_ns
            and session_id in (None, e["session_id"])]


def states(audit):
    """The state changes among the events, as the JSON report shows them."""
    return [{"version": e["state_version"], "reason": e["reason_code"], "from": e["previous_state"],
             "to": e["new_state"], "mono_ns": e["mono_ns"]}
            for e in audit if e["event_type"] == "SessionStateChange"]


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
