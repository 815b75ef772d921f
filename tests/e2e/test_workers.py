# SPDX-License-Identifier: Apache-2.0
"""One, two and four workers on two cores: the same tunnel, and what jvpnctl tells of who did what."""

import os
import time

from support import LabCase, RunningLabCase  # it puts the lab into Python's path, so it comes first

from lab import topology
from lab.deployment import Settings

IDLE_S = 2.0
IDLE_SHARE = 0.25  # of one core: workers and control together; control's own naps are most of it


def cpu_seconds(pid):
    """User and system time of a process, all its threads."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


class OneWorker(RunningLabCase):
    """And what holds for each number of them."""
    settings = Settings()
    cores = settings.workers

    def report(self):
        return self.deployment.ctl("workers")

    def test_traffic_flows_both_ways_and_jumps(self):
        self.assertTrue(self.ping(topology.SERVER))
        self.assertTrue(self.ping(topology.SERVER6))
        self.assertGreater(self.megabits(seconds=1)[0], 20)
        self.assertGreater(self.megabits("-R", seconds=1)[0], 20)
        before = self.deployment.session()
        other = {"wifi0": "lte0", "lte0": "wifi0"}
        left = self.deployment.active_interface()
        self.net.link_down(left)
        self.addCleanup(self.net.link_up, left)
        self.wait_for(lambda: self.deployment.active_interface() == other[left], "the jump")
        self.assertEqual(self.deployment.session()["session_id"], before["session_id"])
        self.assertTrue(self.ping(topology.SERVER))

    def test_jvpnctl_shows_each_worker_and_every_frame_is_somebodys(self):
        self.assertTrue(self.ping(topology.SERVER, 40))
        report = self.report()
        workers = report["workers"]
        self.assertEqual([w["core"] for w in workers], list(self.cores))
        self.assertEqual(sum(w["sessions"] for w in workers), 1)
        self.assertEqual([p["port"] for p in report["ports"]], ["underlay0", "plaintext"])
        for port in report["ports"]:
            self.assertEqual(port["queues"], len(self.cores))
            self.assertEqual(port["tier"], "single" if len(self.cores) == 1 else "rss")
            self.assertEqual(port["rx"], sum(p["rx"] for w in workers for p in w["ports"]
                                             if p["port"] == port["port"]))
        self.assertEqual(sum(w["handover_full"] for w in workers), 0)
        self.wait_for(self.nothing_is_between_workers, "frames handed over to be taken over")
        for worker in workers:
            self.assertGreater(worker["idle_cycles"], 0)
        self.assertGreater(sum(w["busy_cycles"] for w in workers), 0)
        counters = self.deployment.counters()
        self.assertGreater(counters["worker0_idle_cycles"], 0)

    def nothing_is_between_workers(self):
        workers = self.report()["workers"]
        given, taken = (sum(w[key] for w in workers) for key in ("handed_over", "taken_over"))
        return given == taken

    def test_an_idle_gateway_leaves_its_cores_to_others(self):
        time.sleep(0.5)
        before = cpu_seconds(self.deployment.gateway.pid)
        time.sleep(IDLE_S)
        share = (cpu_seconds(self.deployment.gateway.pid) - before) / IDLE_S
        asleep = [round(w["asleep_share"], 3) for w in self.report()["workers"]]
        print(f"{len(self.cores)} workers idle: {share:.3f} of a core, asleep {asleep}", flush=True)
        self.assertLess(share, IDLE_SHARE)
        self.assertGreater(min(asleep), 0.8)


class TwoWorkers(OneWorker):
    settings = Settings(workers=(0, 1))
    cores = settings.workers

    def test_the_port_says_in_its_own_words_why_no_better_tier(self):
        why = self.report()["ports"][0]["why"]
        self.assertIn("no flow rules on the receiver tag: Function not implemented", why)
        self.assertIn("net_af_packet0 has no rx interrupts", self.report()["power_why"])


class FourWorkers(OneWorker):
    settings = Settings(workers=(0, 0, 1, 1), memory_mb=384)
    cores = settings.workers


class SteeringDemanded(LabCase):
    """A tier that the port does not have is a start error, where it was asked for."""
    settings = Settings(workers=(0, 1))

    def test_the_refusal_quotes_the_driver(self):
        text = self.deployment.gateway_file.read_text()
        self.deployment.gateway_file.write_text(
            text.replace("[dataplane]\n", '[dataplane]\nsteering = "flow"\n'))
        line = text[:text.index("[dataplane]\n")].count("\n") + 2
        done = self.net.gateway.run(self.deployment.programs.gateway, "--config",
                                    self.deployment.gateway_file, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"gateway.toml:{line}: dataplane.steering: ", done.stderr)
        self.assertIn("refuses rules on the receiver tag: Function not implemented", done.stderr)
