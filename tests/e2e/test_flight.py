# SPDX-License-Identifier: Apache-2.0
"""The flight recorder: what a live gateway went through can be flown again to the same audit."""

import os
import re

from lab import process
from lab.deployment import Settings
from lab.quickstart import POLICY
from support import PROGRAMS, LabCase


class Flight(LabCase):
    settings = Settings(policy=POLICY)

    def fly_again(self, tape):
        return process.run([PROGRAMS.gateway, "--config", self.deployment.gateway_file, "--replay",
                            tape], check=False)

    def test_a_recorded_birth_jump_and_end_give_the_same_audit_again(self):
        tape = self.deployment.folder / "flight.tape"
        self.addCleanup(self.deployment.stop)
        self.deployment.start_gateway("--record", tape)
        self.assertEqual(os.stat(tape).st_mode & 0o777, 0o600, "it holds secrets")
        self.deployment.start_client()
        self.net.link_down("wifi0")
        self.wait_for(lambda: self.deployment.active_interface() == "lte0"
                      and self.deployment.session("ATTACHED"), "the jump")
        self.deployment.client.stop()
        self.deployment.gateway.stop()
        done = self.fly_again(tape)
        self.assertEqual(done.returncode, 0, done.stderr)
        events = int(re.search(r"(\d+) audit events", done.stdout).group(1))
        self.assertEqual(events, len(self.deployment.audit()))
        self.assertGreaterEqual(events, 8)

        whole = tape.read_bytes()
        tape.write_bytes(whole.replace(b"reattach_success", b"reattach_failure", 1))
        altered = self.fly_again(tape)
        self.assertEqual(altered.returncode, 1)
        self.assertIn("reattach_failure", altered.stderr)
