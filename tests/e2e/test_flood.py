# SPDX-License-Identifier: Apache-2.0
"""A million forged, replayed and truncated messages of every type change and slow nothing."""

import itertools
import json
import random
import time
from dataclasses import replace

from lab import topology
from lab.deployment import Settings
from lab.flood import Flood
from lab.quickstart import POLICY
from lab.wire import CONTROL, DATA, HANDSHAKE_CONFIRM, HANDSHAKE_INIT, TICKETED, Tap
from support import RunningLabCase

MESSAGES = 1_000_000
DISTINCT = 4_000
SEED = 20261121
RATE_HZ = 50_000
MEGABITS = 20
SECONDS = MESSAGES // RATE_HZ
KEPT = 0.95
STRANGERS = [(f"203.0.113.{host}", port) for host in range(50, 70) for port in (4000, 51820)]


class UnderFlood(RunningLabCase):
    settings = Settings(policy=POLICY)

    def capture_one_of_each_type(self, tap):
        """A session from its birth to a jump, as a watcher sees it."""
        self.deployment.client.stop()
        tap.forget()
        self.deployment.start_client()
        self.wait_for_ping()
        self.net.link_down(self.deployment.active_interface())
        self.wait_for(lambda: self.deployment.active_interface() == "lte0"
                      and self.deployment.session("ATTACHED"), "the jump")
        self.net.link_up("wifi0")
        seen = tap.all(lambda d: d.destination == (topology.GATEWAY, topology.PORT), 6.0)
        by_kind = {kind: [d for d in seen if d.kind == kind] for kind in
                   (HANDSHAKE_INIT, HANDSHAKE_CONFIRM, DATA, CONTROL, TICKETED)}
        for kind, found in by_kind.items():
            self.assertTrue(found, f"no message of type {kind} was seen")
        return by_kind

    def frames(self, by_kind):
        """Frames to send: replays, forgeries and stumps of each type from anywhere."""
        dice = random.Random(SEED)
        kinds = itertools.cycle(by_kind.values())
        for originals in itertools.islice(kinds, DISTINCT):
            original = dice.choice(originals)
            payload = bytearray(original.payload)
            trick = dice.randrange(3)
            if trick == 1:
                payload[dice.randrange(len(payload))] ^= 1 << dice.randrange(8)
            if trick == 2:
                payload = payload[:dice.randrange(len(payload))]
            source = original.source if dice.random() < 0.3 else dice.choice(STRANGERS)
            yield replace(original, payload=bytes(payload), source=source).frame()

    def fingerprint(self):
        session = self.deployment.session()
        return {k: session[k] for k in ("session_id", "state", "state_version", "bound_version",
                                        "bound")}

    def delivered(self):
        """Share of a paced flow through the tunnel that arrives, in percent."""
        _, report = self.megabits("-u", "-b", f"{MEGABITS}M", "-l", "1000", seconds=SECONDS)
        return 100.0 - report["end"]["sum"]["lost_percent"]

    def test_a_million_messages_change_nothing_and_cost_less_than_a_twentieth(self):
        tap = Tap(self.net.net, "g")
        self.addCleanup(tap.close)
        frames = list(self.frames(self.capture_one_of_each_type(tap)))
        self.wait_for(lambda: self.deployment.session("ATTACHED"), "an ATTACHED session")
        time.sleep(5)  # the return to the preferred path, if it comes, is over
        calm = self.delivered()
        before = self.fingerprint()
        sender = Flood(self.net.net, "g", frames, MESSAGES, RATE_HZ)
        self.addCleanup(sender.stop)
        under_flood = self.delivered()
        sent, seconds = sender.finish(120)
        print(json.dumps({"messages": sent, "per_s": round(sent / seconds), "calm_percent": calm,
                          "flood_percent": under_flood}), flush=True)
        self.assertEqual(sent, MESSAGES)
        self.assertEqual(self.fingerprint(), before)
        self.assertGreaterEqual(under_flood, KEPT * calm)
        self.assertTrue(self.ping(topology.SERVER))
