# SPDX-License-Identifier: Apache-2.0
"""The scenarios: what is done to the session, five times each, and what its traffic felt."""

import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from . import timeline, topology
from .flow import Flow
from .process import CommandFailed, wait_until
from .tcp import IdleConnection, PacedFlow

JUMPS = 5
BAR_MS = 20.0
TCP_MEGABITS = 50
SETTLE_S = 1.8     # longer than the switch cooldown, and time for a standby path to be validated
AFTERMATH_S = 0.7  # how long after the jump its gap is looked for
UPLINK_PORT, DOWNLINK_PORT = 9000, 9001


@dataclass
class Scenario:
    name: str
    title: str
    act: object               # act(deployment) -> (words for what was done, when it was done)
    prepare: object = None    # prepare(deployment), before each jump
    uplink: bool = True       # False: nothing but downlink datagrams flows
    rtt_allowed: bool = False  # the bar is one RTT + 20 ms instead of 20 ms


@dataclass
class Jump:
    done: str
    event_ns: int
    end_ns: int
    tcp_alive: bool


@dataclass
class Outcome:
    scenario: Scenario
    session_id_before: str
    session_id_after: str
    jumps: list
    records: dict             # direction -> flow.Record
    events: list              # of this session, during the scenario
    bar_ms: float
    gaps: dict = field(init=False)   # direction -> [ms per jump]
    losses: dict = field(init=False)

    def __post_init__(self):
        self.gaps = {d: [r.gap_ms(j.event_ns, j.end_ns) for j in self.jumps]
                     for d, r in self.records.items()}
        self.losses = {d: [r.lost_between(j.event_ns, j.end_ns) for j in self.jumps]
                       for d, r in self.records.items()}

    def median(self, direction):
        return statistics.median(self.gaps[direction])

    def undisturbed_ms(self, direction):
        """The longest silence while nothing was done: what the machine itself adds."""
        before_ns = int(SETTLE_S * 1e9 * 0.8)  # well after the jump before
        return max(self.records[direction].gap_ms(j.event_ns - before_ns, j.event_ns)
                   for j in self.jumps)

    @property
    def tcp_alive(self):
        return all(j.tcp_alive for j in self.jumps)

    def failures(self):
        """What did not hold, in words; empty when all held."""
        if self.session_id_before != self.session_id_after:
            yield f"session {self.session_id_before} became {self.session_id_after}"
        if not self.tcp_alive:
            yield "the TCP flow died"
        for direction in self.gaps:
            if self.median(direction) > self.bar_ms:
                yield (f"{direction} gap {self.median(direction):.1f} ms (median), more than"
                       f" {self.bar_ms:.1f} ms")
        if not any(e["event_type"] == "TransportSwitch" for e in self.events):
            yield "the audit log tells of no switch"


def _both_links_up(deployment):
    deployment.net.link_up("wifi0")
    deployment.net.link_up("lte0")


def _on_wifi(deployment):
    """Moves the session to Wi-Fi, where the NAT is, by taking LTE away for a moment."""
    _both_links_up(deployment)
    if deployment.active_interface() == "wifi0":
        return
    time.sleep(SETTLE_S)
    deployment.net.link_down("lte0")
    if not wait_until(lambda: deployment.active_interface() == "wifi0", timeout_s=10):
        raise CommandFailed("the session did not move to Wi-Fi when LTE went down")
    deployment.net.link_up("lte0")


def _kill_active_link(deployment):
    interface = deployment.active_interface()
    return f"{interface} goes down", deployment.net.link_down(interface)


def _change_address(deployment):
    interface = deployment.active_interface()
    event_ns = deployment.net.change_address(interface)
    address = deployment.net.access(interface).address()
    return f"{interface} gets the address {address}", event_ns


def _forget_mapping(deployment):
    return "the NAT forgets its mapping", deployment.net.rebind_nat()


SCENARIOS = (
    Scenario("link_down", "the active path's link goes down, a second path is there",
             _kill_active_link, _both_links_up),
    Scenario("link_down_downlink_only", "the same with downlink traffic only",
             _kill_active_link, _both_links_up, uplink=False),
    Scenario("address_change", "the client's address changes on the same path", _change_address,
             _both_links_up),
    Scenario("address_change_downlink_only", "the same with downlink traffic only",
             _change_address, _both_links_up, uplink=False),
    Scenario("nat_rebinding", "the NAT forgets its mapping, the client cannot see it",
             _forget_mapping, _on_wifi, rtt_allowed=True),
)


def _start_flows(deployment, scenario, stack):
    net, folder, programs = deployment.net, deployment.folder, deployment.programs
    flows = {}
    if scenario.uplink:
        flows["uplink"] = Flow(f"{scenario.name}-up", programs, net.client, net.server,
                               f"{topology.SERVER}:{UPLINK_PORT}", folder)
    flows["downlink"] = Flow(f"{scenario.name}-down", programs, net.server, net.client,
                             f"{topology.CLIENT}:{DOWNLINK_PORT}", folder)
    for flow in flows.values():
        stack.callback(flow.abandon)
    return flows


def _bound(deployment):
    session = deployment.session()
    return (session["bound"], session["state"]) if session else None


def _connection(deployment, scenario, server, stack):
    """The TCP connection beside the flows: paced, or idle where it would be uplink traffic."""
    net = deployment.net
    if scenario.uplink:
        tcp = PacedFlow(net.client, server, TCP_MEGABITS, deployment.folder)
    else:
        tcp = IdleConnection(net.client, net.server, topology.SERVER)
    stack.callback(tcp.stop)
    return tcp


def _jump(deployment, scenario, tcp):
    """Does it once, waits until the session is whole again, and watches a little longer."""
    if scenario.prepare:
        scenario.prepare(deployment)
    time.sleep(SETTLE_S)
    before = _bound(deployment)
    received = tcp.bytes()
    done, event_ns = scenario.act(deployment)
    wait_until(lambda: _bound(deployment) not in (before, None)
               and deployment.session("ATTACHED"), timeout_s=10)
    time.sleep(AFTERMATH_S)
    end_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    return Jump(done, event_ns, end_ns, tcp.alive_since(received))


def play(deployment, scenario, server, rtt_ms, times=JUMPS):
    """Runs the scenario's jumps under traffic and returns its Outcome.

    server: the iperf3 server behind the gateway.
    """
    begin_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    before = deployment.session()["session_id"]
    with ExitStack() as stack:
        tcp = _connection(deployment, scenario, server, stack)
        flows = _start_flows(deployment, scenario, stack)
        jumps = [_jump(deployment, scenario, tcp) for _ in range(times)]
        records = {direction: flow.stop() for direction, flow in flows.items()}
    after = (deployment.session() or {}).get("session_id", "none")
    events = timeline.between(deployment.audit(), begin_ns,
                              time.clock_gettime_ns(time.CLOCK_MONOTONIC), before)
    bar = BAR_MS + (rtt_ms if scenario.rtt_allowed else 0.0)
    return Outcome(scenario, before, after, jumps, records, events, bar)
