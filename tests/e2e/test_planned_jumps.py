# SPDX-License-Identifier: Apache-2.0
"""Moving between living paths costs nothing; breaking before making costs what was in flight."""

import time
from dataclasses import dataclass

from lab import topology
from lab.deployment import Settings
from lab.flow import NS_PER_MS, Flow
from lab.quickstart import POLICY, ping_ms
from support import RunningLabCase

# In both directions. A machine that has other things to do loses packets at the first rate without
# any jump; then the next is tried, and the jump is judged at the first rate that it carries.
RATES_HZ = (20_000, 10_000, 5_000, 2_000)
JUMP_MS = 5.0  # what a planned jump may take beyond the round trip
AROUND_NS = 100 * NS_PER_MS  # the jump's neighbourhood
UP, DOWN = f"{topology.SERVER}:7001", f"{topology.CLIENT}:7002"


@dataclass
class Jump:
    """What one direction saw of a jump at a moment, and of the time without jumps around it."""
    lost: int
    duplicated: int
    gap_ms: float
    calm_lost: int
    calm_gap_ms: float

    @classmethod
    def of(cls, record, at_ns):
        begin, end = at_ns - AROUND_NS, at_ns + AROUND_NS
        lost = record.lost_between(begin, end)
        return cls(lost, record.duplicated, record.gap_ms(begin, end), record.lost - lost,
                   record.gap_ms(record.start_ns + AROUND_NS, begin))


class PlannedJumps(RunningLabCase):
    # A first request that a link loses while it comes up is repeated after a second: what waits must
    # neither be too old nor too much by then.
    settings = Settings(policy={**POLICY, "switching.hold_ms": 10_000,
                                "switching.hold_packets": 512})

    def flow(self, name, to, rate_hz):
        ends = (self.net.client, self.net.server)
        source, sink = ends if to == UP else reversed(ends)
        flow = Flow(name, self.deployment.programs, source, sink, to, self.deployment.folder,
                    rate_hz=rate_hz)
        self.addCleanup(flow.abandon)
        return flow

    def events_since(self, kind, since_ns):
        return [e for e in self.deployment.audit()
                if e["event_type"] == kind and e["mono_ns"] >= since_ns]

    def wait_for_path(self, interface, timeout_s=10.0):
        self.wait_for(lambda: self.deployment.session("ATTACHED")
                      and self.deployment.active_interface() == interface,
                      f"the session on {interface}", timeout_s)

    def jump_under(self, rate_hz):
        """Both directions of a return to the preferred path while packets flow at that rate."""
        self.net.link_down("wifi0")
        self.wait_for_path("lte0")
        flows = {"uplink": self.flow("planned-up", UP, rate_hz),
                 "downlink": self.flow("planned-down", DOWN, rate_hz)}
        time.sleep(1)
        began = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        self.net.link_up("wifi0")
        self.wait_for_path("wifi0", 30.0)
        time.sleep(1)
        records = {direction: flow.stop() for direction, flow in flows.items()}
        for record in records.values():
            self.assertGreater(record.sent, rate_hz)
        switches = self.events_since("TransportSwitch", began)
        self.assertGreaterEqual(len(switches), 1)
        return {direction: Jump.of(record, switches[0]["mono_ns"])
                for direction, record in records.items()}

    def test_the_return_to_the_preferred_path_loses_nothing_and_brings_nothing_twice(self):
        self.wait_for_path("wifi0")
        rtt_ms = ping_ms(self.net, topology.SERVER)
        for rate_hz in RATES_HZ:
            jumps = self.jump_under(rate_hz)
            print(f"{rate_hz} packets/s each way, round trip {rtt_ms:.2f} ms: {jumps}", flush=True)
            if all(jump.calm_lost == 0 for jump in jumps.values()):
                break
        for direction, jump in jumps.items():
            self.assertEqual((jump.lost, jump.duplicated, jump.calm_lost), (0, 0, 0), direction)
            self.assertLess(jump.gap_ms, rtt_ms + JUMP_MS + jump.calm_gap_ms, direction)

    def test_without_any_path_what_fits_the_hold_buffer_waits_and_arrives(self):
        self.net.link_up("wifi0")
        self.wait_for_path("wifi0", 30.0)
        flow = self.flow("held-down", DOWN, 20)
        began = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        self.net.link_down("lte0")
        self.net.link_down("wifi0")
        self.wait_for(lambda: self.events_since("TransportDead", began), "the path's death", 10.0)
        time.sleep(1)
        self.net.link_up("wifi0")
        self.wait_for_path("wifi0")
        time.sleep(1)
        record = flow.stop()
        self.net.link_up("lte0")
        dead = self.events_since("TransportDead", began)[0]["mono_ns"]
        end = record.start_ns + record.sent * record.period_ns
        print(f"{record.lost} lost in all, of those sent after the path was known dead:"
              f" {record.lost_between(dead, end)}", flush=True)
        self.assertEqual(record.lost_between(dead, end), 0)
        self.assertGreater(record.lost, 0, "what was in flight on the dead path is lost")
        self.assertEqual(record.duplicated, 0)
