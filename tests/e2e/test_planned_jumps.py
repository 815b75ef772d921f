# SPDX-License-Identifier: Apache-2.0
"""Moving between living paths costs nothing; breaking before making costs what was in flight."""

import os
import time

from lab import topology
from lab.deployment import Settings
from lab.flow import NS_PER_MS, Flow
from lab.quickstart import POLICY, ping_ms
from support import RunningLabCase

# JVPN_PLANNED_PPS=20000 asks for the rate of the promise, on a machine that has nothing else to do.
PACKETS_PER_S = int(os.environ.get("JVPN_PLANNED_PPS", "2000"))
# What a planned jump may take beyond the round trip; a machine that does other things naps longer.
JUMP_MS = 5.0 if "JVPN_PLANNED_PPS" in os.environ else 25.0
UP, DOWN = f"{topology.SERVER}:7001", f"{topology.CLIENT}:7002"


class PlannedJumps(RunningLabCase):
    settings = Settings(policy=POLICY)

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

    def test_the_return_to_the_preferred_path_loses_nothing_and_brings_nothing_twice(self):
        self.wait_for_path("wifi0")
        self.net.link_down("wifi0")
        self.wait_for_path("lte0")
        rtt_ms = ping_ms(self.net, topology.SERVER)
        flows = {"uplink": self.flow("planned-up", UP, PACKETS_PER_S),
                 "downlink": self.flow("planned-down", DOWN, PACKETS_PER_S)}
        time.sleep(1)
        began = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        self.net.link_up("wifi0")
        self.wait_for_path("wifi0", 30.0)
        time.sleep(1)
        records = {direction: flow.stop() for direction, flow in flows.items()}
        switches = self.events_since("TransportSwitch", began)
        self.assertGreaterEqual(len(switches), 1)
        at = switches[0]["mono_ns"]
        for direction, record in records.items():
            gap = record.gap_ms(at - 100 * NS_PER_MS, at + 100 * NS_PER_MS)
            print(f"{direction}: {record.sent} sent, {record.lost} lost, {record.duplicated} twice,"
                  f" gap {gap:.2f} ms (round trip {rtt_ms:.2f} ms)", flush=True)
            self.assertGreater(record.sent, PACKETS_PER_S)
            self.assertEqual((record.lost, record.duplicated), (0, 0), direction)
            self.assertLess(gap, rtt_ms + JUMP_MS, direction)

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
