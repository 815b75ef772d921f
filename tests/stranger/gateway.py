# SPDX-License-Identifier: Apache-2.0
"""A real gateway in the lab's networks, with peers that clients of tests/stranger can be."""

import base64
import os
import socket
import sys
import tempfile
import threading
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


class Gateway:
    """Networks, a running gateway with this policy, and an echo server behind it."""

    def __init__(self, policy):
        missing = preflight.problems() + [f"not built: {p}" for p in PROGRAMS.missing()]
        if missing:
            raise RuntimeError("the tests with a gateway cannot run: " + "; ".join(missing))
        with ExitStack() as stack:
            self._start(stack, policy)
            self.close = stack.pop_all().close

    def _start(self, stack, policy):
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jvpn-")))
        self.net = Topology(stack)
        self.net.client.ip(*(f"addr add {a}/24 dev lte0" for a in LTE_ADDRESSES[1:]))
        self.deployment = Deployment(self.net, PROGRAMS, folder, Settings(policy=policy))
        config = self.deployment.gateway_file
        more = f'[clients]\nendpoints = ["{ENDPOINT[0]}:{ENDPOINT[1]}"]\n'
        more += "".join(_peer_block(name, folder) for name in PEERS)
        config.write_text(config.read_text().replace("[policy]", more + "[policy]", 1))
        self.public = KeyPair(read_key(folder / "gateway.key")).public
        self.phone = KeyPair(read_key(folder / "phone.key"))
        stack.callback(self.deployment.stop)
        self.deployment.start_gateway()
        self.echo = EchoServer(self.net.server)
        stack.callback(self.echo.close)
        self._warm_up()

    def credentials(self, name="phone"):
        """(static key pair, PSK), the gateway's public key and its endpoint."""
        pair, psk = (self.phone, bytes(32)) if name == "phone" else PEERS[name][:2]
        return (pair, psk), self.public, ENDPOINT

    def new_path(self, ident=1, address=LTE_ADDRESSES[0]):
        interface = "wifi0" if address == WIFI_ADDRESS else "lte0"
        return ClientPath(ident, self.net.client, address, interface)

    def _warm_up(self):
        """Until the gateway has resolved its neighbours: it drops what it cannot address yet."""
        client = Client(*self.credentials())
        try:
            client.connect(client.add(self.new_path()))
            for address in (topology.SERVER, topology.SERVER6):
                if not wait_until(lambda address=address: ping(client, address, 0.2), 5.0):
                    raise RuntimeError(f"no echo from {address} through the tunnel")
            client.terminate()
        finally:
            client.close()


def ping(client, address, patience_s=2.0):
    """Whether an echo request through the tunnel is answered."""
    request, reply = inner.ping(client.offer, address)
    client.send_packet(request)
    return client.wait(lambda e: e.what == "packet" and e.value == reply, patience_s)
