# SPDX-License-Identifier: Apache-2.0
"""Tests that need a running gateway: one for all tests of a file that want the same policy."""

import unittest

from gateway import Gateway, ping

from client import Client
from lab import topology
from messages import Kind

POLICY = {"switching.max_switches_per_min": 120, "switching.max_nat_rebinds_per_min": 120,
          "transport.candidate_max_age_ms": 2000}
_running = {}


def _end_all():
    while _running:
        _running.popitem()[1].close()


def running(policy):
    """The gateway of this test file that has this policy."""
    key = frozenset(policy.items())
    if key not in _running:
        unittest.addModuleCleanup(_end_all)
        _running[key] = Gateway(policy)
    return _running[key]


class GatewayCase(unittest.TestCase):
    """Each test makes clients of its own. A failed test shows the gateway's log."""

    policy = POLICY

    @classmethod
    def setUpClass(cls):
        cls.gateway = running(cls.policy)
        cls.net, cls.deployment = cls.gateway.net, cls.gateway.deployment
        cls.echo = cls.gateway.echo

    def new_client(self, name="phone"):
        client = Client(*self.gateway.credentials(name))
        self.addCleanup(client.close)
        return client

    def connected(self, name="phone", **init_changes):
        """A client with a session, on the first LTE address; policy updates are answered, the
        first one before anything else is numbered."""
        client = self.new_client(name)
        client.connect(client.add(self.gateway.new_path()), **init_changes)
        self.addCleanup(self.end, client)
        self.assertTrue(client.wait(lambda e: e.is_message(Kind.POLICY_UPDATE)))
        return client

    def end(self, client):
        """Ends what still lives: a peer may supersede its session only thrice a minute."""
        state = self.state_of(client.session)
        if state and state["state"] != "TERMINATED" and not client.ended:
            client.terminate()

    def state_of(self, session):
        """What the gateway says of this session, or None."""
        return next((s for s in self.deployment.sessions()
                     if s["session_id"].replace("-", "") == session.id.hex()), None)

    def binding_of(self, session):
        """What must not change where nothing is proven."""
        state = self.state_of(session)
        return {k: state[k] for k in ("state", "state_version", "bound_version", "bound",
                                      "total_switches")}

    def assert_bound(self, client, path):
        bound = self.state_of(client.session)["bound"]
        self.assertEqual(bound and bound["endpoint"], "{}:{}".format(*path.source))

    def assert_pings(self, client):
        self.assertTrue(ping(client, topology.SERVER), "the tunnel carries packets")

    def events_of(self, session):
        return [e for e in self.deployment.audit()
                if e["session_id"].replace("-", "") == session.id.hex()]

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            print(f"--- the gateway's log ends:\n{self.deployment.gateway.log()[-3000:]}",
                  flush=True)
        return result
