# SPDX-License-Identifier: Apache-2.0
"""Wrong configuration: one clear message with file, line and key, and nothing half started."""

import os
import re

from lab import hugepages, process
from support import PROGRAMS, LabCase

PATIENCE_S = 20
NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def runtime_folders():
    return set(os.listdir("/run/dpdk")) if os.path.isdir("/run/dpdk") else set()


class WrongConfig(LabCase):
    def setUp(self):
        self.folder = self.deployment.folder

    def variant(self, source, old, new):
        """A copy of a configuration with one thing wrong; returns (path, line of that)."""
        text = source.read_text()
        self.assertIn(old, text)
        text = text.replace(old, new, 1)
        path = self.folder / f"wrong-{source.name}"
        path.write_text(text)
        word = new.splitlines()[-1]
        return path, next(n for n, row in enumerate(text.splitlines(), 1) if word in row)

    def run_gateway(self, path, prefix=()):
        return process.run([*prefix, PROGRAMS.gateway, "--config", path],
                           namespace=self.net.gateway, check=False, timeout_s=PATIENCE_S)

    def run_client(self, path, prefix=()):
        return process.run([*prefix, PROGRAMS.client, "up", path], namespace=self.net.client,
                           check=False, timeout_s=PATIENCE_S)

    def assert_refused(self, run, path, *expected):
        """Exit code not 0, a line that holds all that is expected, and nothing left behind."""
        folders = runtime_folders()
        interfaces = self.net.gateway.interfaces() + self.net.client.interfaces()
        done = run(path)
        said = done.stderr + done.stdout
        self.assertNotEqual(done.returncode, 0, said)
        self.assertGreater(done.returncode, 0, f"ended by a signal: {said}")
        told = [line for line in said.splitlines() if all(e in line for e in expected)]
        self.assertEqual(len(told), 1, f"one line with {expected}, not: {said}")
        errors = [line for line in said.splitlines() if re.search(r"\berror\b", line, re.I)]
        self.assertLessEqual(len(errors), 1, f"one message, not: {said}")
        self.assertFalse(self.deployment.socket.exists(), "a control socket was left")
        self.assertTrue(runtime_folders() <= folders, "a runtime folder was left")
        self.assertEqual(self.net.gateway.interfaces() + self.net.client.interfaces(), interfaces)

    def refuse_gateway(self, old, new, *expected):
        path, line = self.variant(self.deployment.gateway_file, old, new)
        self.assert_refused(self.run_gateway, path, f"{path.name}:{line}", *expected)

    def refuse_client(self, old, new, *expected):
        path, line = self.variant(self.deployment.client_file, old, new)
        self.assert_refused(self.run_client, path, f"{path.name}:{line}", *expected)

    def key_file(self, name, text, mode=0o600):
        path = self.folder / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def test_the_check_option_accepts_the_good_one(self):
        done = process.run([PROGRAMS.gateway, "--check", "--config", self.deployment.gateway_file],
                           check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_unknown_key(self):
        self.refuse_gateway("node_id = 1", "node_idd = 1", "node_idd")
        self.refuse_client('interface = "jvpn0"', 'interfaze = "jvpn0"', "interfaze")

    def test_no_toml(self):
        self.refuse_gateway("node_id = 1", "node_id = = 1", "")

    def test_value_out_of_range(self):
        self.refuse_gateway("node_id = 1", "node_id = 256", "node_id")
        self.refuse_gateway('power = "adaptive"', 'power = "turbo"', "power")

    def test_bad_key_file(self):
        self.key_file("bad.key", "this is no key\n")
        self.refuse_gateway('"gateway.key"', '"bad.key"', "private_key_file", "bad.key")
        self.refuse_client('"phone.key"', '"bad.key"', "private_key_file", "bad.key")

    def test_key_file_that_is_not_there(self):
        self.refuse_gateway('"gateway.key"', '"none.key"', "private_key_file", "none.key")

    def test_private_key_that_others_can_read(self):
        good = (self.folder / "gateway.key").read_text()
        self.key_file("open.key", good, 0o644)
        self.refuse_gateway('"gateway.key"', '"open.key"', "private_key_file", "0644")
        self.refuse_client('"phone.key"', '"open.key"', "private_key_file", "0644")

    def test_configuration_file_that_cannot_be_read(self):
        path = self.folder / "no-such.toml"
        self.assert_refused(self.run_gateway, path, "no-such.toml", "No such file")
        self.assert_refused(self.run_client, path, "no-such.toml", "No such file")

    def test_port_that_does_not_exist(self):
        self.refuse_gateway("net_af_packet0,iface=u0", "net_af_packet0,iface=u7", "device", "u7")
        self.refuse_gateway("net_af_packet1,iface=p0", "net_af_packet1,iface=p7", "device", "p7")

    def test_hugepages_required_where_there_are_none(self):
        if hugepages.free() > 0:
            self.skipTest("this machine has free hugepages: the refusal without them")
        self.refuse_gateway('hugepages = "off"', 'hugepages = "require"', "hugepages")

    def test_no_privilege(self):
        self.assert_privilege_is_named(self.run_gateway, self.deployment.gateway_file)
        self.assert_privilege_is_named(self.run_client, self.deployment.client_file)

    def assert_privilege_is_named(self, run, path):
        """As a user who may read everything here, but has no capability."""
        readable = [self.folder, *self.folder.iterdir()]
        owners = [(p, p.stat().st_uid) for p in readable]
        for p in readable:
            os.chown(p, 65534, 65534)
        try:
            self.assert_refused(lambda file: run(file, NOBODY), path, "CAP_")
        finally:
            for p, owner in owners:
                if p.exists():
                    os.chown(p, owner, owner)
