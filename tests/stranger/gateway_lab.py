# SPDX-License-Identifier: Apache-2.0
"""A real gateway in the lab's networks, and clients of tests/stranger in front of it."""

import base64
import os
import socket
import sys
import tempfile
import threading
import unittest
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(ROOT / "scripts")]

import inner  # noqa: E402  (the paths above come first)
from client import Client  # noqa: E402
from path import Path as ClientPath  # noqa: E402
from lab import preflight, topology  # noqa: E402
from lab.deployment import Deployment, Programs, Settings  # noqa: E402
from lab.process import wait_until  # noqa: E402
from lab.topology import Topology  # noqa: E402
from primitives import KeyPair  # noqa: E402

PROGRAMS = Programs(Path(os.environ.get("JVPN_BUILD", ROOT / "build-plain")))
ENDPOINT = (topology.GATEWAY, topology.PORT)
LTE_ADDRESSES = ("100.64.0.2", "100.64.0.3", "100.64.0.4")  # all of them the client's
WIFI_ADDRESS = "192.168.1.2"
ECHO_PORT = 7007
POLICY = {"switching.max_switches_per_min": 120, "switching.max_nat_rebinds_per_min": 120}
PSK = bytes(range(0x81, 0xA1))
UNKNOWN = KeyPair()
PEERS = {  # beside the lab's own "phone": name -> (key pair, PSK, inner address, suite or None)
    "secret": (KeyPair(), PSK, "10.77.0.3", None),
    "fixed": (KeyPair(), bytes(32), "10.77.0.4", "chacha20-poly1305"),
}


def read_key(path):
    return base64.b64decode(path.read_text())


def _peer_block(name, folder):
    pair, psk, address, suite = PEERS[name]
    lines = ["[[peer]]", f'name = "{name}"',
             f'public_key = "{base64.b64encode(pair.public).decode()}"',
             f'addresses = ["{address}"]']
    if any(psk):
        file = folder / f"{name}.psk"
        file.write_text(base64.b64encode(psk).decode() + "\n")
        file.chmod(0o600)
        lines.append(f'psk_file = "{file.name}"')
    if suite:
        lines.append(f'suite = "{suite}"')
    return "\n".join(lines) + "\n"


def waits_for(feature):
    """Marks what the gateway cannot do yet."""
    return unittest.skip(f"the gateway cannot do this yet: {feature}")


class EchoServer:
    """Answers UDP datagrams behind the gateway with their own bytes."""

    def __init__(self, namespace):
        with namespace.entered():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((topology.SERVER, ECHO_PORT))
        self.received = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                data, source = self.socket.recvfrom(2048)
                self.received.append(data)
                self.socket.sendto(data, source)
            except OSError:  # closed
                return

    def close(self):
        self.socket.close()


class GatewayCase(unittest.TestCase):
    """A running gateway; each test makes clients of its own. Failures show the gateway's log."""

    policy = POLICY

    @classmethod
    def setUpClass(cls):
        missing = preflight.problems() + [f"not built: {p}" for p in PROGRAMS.missing()]
        if missing:
            raise RuntimeError("the tests with a gateway cannot run: " + "; ".join(missing))
        cls.stack = ExitStack()
        cls.addClassCleanup(cls.stack.close)
        folder = Path(cls.stack.enter_context(tempfile.TemporaryDirectory(prefix="jvpn-")))
        cls.net = Topology(cls.stack)
        cls.net.client.ip(*(f"addr add {a}/24 dev lte0" for a in LTE_ADDRESSES[1:]))
        cls.deployment = Deployment(cls.net, PROGRAMS, folder, Settings(policy=cls.policy))
        config = cls.deployment.gateway_file
        config.write_text(config.read_text().replace(
            "[policy]", "".join(_peer_block(name, folder) for name in PEERS) + "[policy]", 1))
        cls.gateway_public = KeyPair(read_key(folder / "gateway.key")).public
        cls.phone = KeyPair(read_key(folder / "phone.key"))
        cls.stack.callback(cls.deployment.stop)
        cls.deployment.start_gateway()
        cls.echo = EchoServer(cls.net.server)
        cls.stack.callback(cls.echo.close)
        cls.warm_up()

    @classmethod
    def warm_up(cls):
        """Until the gateway has resolved its neighbours: it drops what it cannot address yet."""
        client = Client(*cls.credentials())
        try:
            client.connect(client.add(cls.new_path()))
            for address in (topology.SERVER, topology.SERVER6):
                if not wait_until(lambda address=address: cls.pings(client, address, 0.2), 5.0):
                    raise RuntimeError(f"no echo from {address} through the tunnel")
            client.terminate()
        finally:
            client.close()

    @staticmethod
    def pings(client, address, patience_s=2.0):
        """Whether an echo request through the tunnel is answered."""
        request, reply = inner.ping(client.offer, address)
        client.send_packet(request)
        return client.wait(lambda e: e.what == "packet" and e.value == reply, patience_s)

    @classmethod
    def credentials(cls, name="phone"):
        pair, psk = (cls.phone, bytes(32)) if name == "phone" else PEERS[name][:2]
        return (pair, psk), cls.gateway_public, ENDPOINT

    @classmethod
    def new_path(cls, ident=1, address=LTE_ADDRESSES[0], port=0):
        interface = "wifi0" if address == WIFI_ADDRESS else "lte0"
        return ClientPath(ident, cls.net.client, address, interface, port)

    def new_client(self, name="phone"):
        client = Client(*self.credentials(name))
        self.addCleanup(client.close)
        return client

    def connected(self, name="phone", **init_changes):
        """A client with a session, on the first LTE address; policy updates are answered."""
        client = self.new_client(name)
        client.connect(client.add(self.new_path()), **init_changes)
        self.addCleanup(self.end, client)
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
        self.assertTrue(self.pings(client, topology.SERVER), "the tunnel carries packets")

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
