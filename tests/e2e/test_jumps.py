# SPDX-License-Identifier: Apache-2.0
"""A session survives its jumps: same id, TCP alive, the gap within its bar, for every scenario."""

from lab import jumps, topology
from lab.deployment import Settings
from lab.quickstart import POLICY, ping_ms
from support import RunningLabCase

TIMES = 3


class Jumps(RunningLabCase):
    settings = Settings(policy=POLICY)

    def play(self, name):
        scenario = next(s for s in jumps.SCENARIOS if s.name == name)
        rtt_ms = ping_ms(self.net, topology.SERVER)
        outcome = jumps.play(self.deployment, scenario, self.server, rtt_ms, TIMES)
        print(f"{name}: gaps {outcome.gaps}, lost {outcome.losses}", flush=True)
        self.assertEqual(list(outcome.failures()), [])
        self.assertEqual([r.duplicated for r in outcome.records.values()],
                         [0] * len(outcome.records))
        return outcome

    def test_link_down_with_a_second_path(self):
        outcome = self.play("link_down")
        changes = [(e["previous_state"], e["new_state"]) for e in outcome.events
                   if e["event_type"] == "SessionStateChange"]
        self.assertIn(("RECOVERING", "ATTACHED"), changes)

    def test_link_down_with_downlink_traffic_only(self):
        self.play("link_down_downlink_only")

    def test_address_change(self):
        self.play("address_change")

    def test_address_change_with_downlink_traffic_only(self):
        self.play("address_change_downlink_only")

    def test_nat_rebinding(self):
        outcome = self.play("nat_rebinding")
        self.assertTrue(any(e["event_type"] == "TransportSwitch"
                            and e["reason_code"] == "nat_rebind_detected" for e in outcome.events),
                        [(e["event_type"], e["reason_code"]) for e in outcome.events])

    def test_versions_rise_by_one_with_each_transition(self):
        self.play("link_down")
        versions = [tuple(map(int, e["state_version"].split(":")))
                    for e in self.deployment.audit() if e["event_type"] == "SessionStateChange"]
        for (epoch, sequence), (next_epoch, next_sequence) in zip(versions, versions[1:]):
            self.assertEqual((next_epoch, next_sequence), (epoch, sequence + 1))
